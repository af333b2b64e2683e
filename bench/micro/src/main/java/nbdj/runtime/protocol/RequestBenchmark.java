package nbdj.runtime.protocol;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import nbdj.runtime.chain.Chain;
import nbdj.runtime.chain.Layers;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a request of 4 KiB costs from its bytes to those of its reply, without a kernel: all that
 * the server does, on one thread. A connection is part of it, a request's share of which is small.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
    value = 1,
    jvmArgs = {"-Xms1g", "-Xmx1g", "-XX:+UseSerialGC"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class RequestBenchmark {
  private static final int REQUESTS = 1 << 18;
  private static final int TOGETHER = 16;
  private static final int COUNT = 4096;

  /** How many filters lie on the plugin. */
  @Param({"0", "3"})
  public int filters;

  private Chain chain;
  private Watch watch;
  private Services services;

  /** Start the chain. */
  @Setup
  public void start() throws IOException {
    chain = Layers.chain(filters);
    watch = new Watch();
    services =
        new Services(
            task -> {
              throw new IllegalStateException("a second thread for a layer that is not slow");
            },
            new Buffers(256L << 20, 128L << 20),
            watch,
            new ClientLimits(1, 32, Duration.ofMinutes(1), Duration.ZERO, Duration.ofMinutes(1)),
            Optional.empty(),
            Dialect.FULL,
            new Meter(false));
  }

  /** Stop the chain. */
  @TearDown
  public void stop() {
    watch.close();
    chain.stop();
  }

  private void serve(boolean write) {
    Talk client = new Talk(write, COUNT, TOGETHER, REQUESTS);
    new Connection(1, client, peer -> chain.connect(false, peer), services, () -> {}).run();
  }

  /** Read. */
  @Benchmark
  @OperationsPerInvocation(REQUESTS)
  public void read() {
    serve(false);
  }

  /** Write. */
  @Benchmark
  @OperationsPerInvocation(REQUESTS)
  public void write() {
    serve(true);
  }
}
