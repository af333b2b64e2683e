package nbdj.runtime.chain;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.TimeUnit;
import nbdj.api.Flags;
import nbdj.api.Next;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What filters that pass a request on cost it: from the protocol to the plugin and back. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
    value = 1,
    jvmArgs = {"-Xms1g", "-Xmx1g", "-XX:+UseSerialGC"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ChainBenchmark {
  private static final int COUNT = 4096;

  /** How many filters lie on the plugin. */
  @Param({"0", "1", "3", "8"})
  public int filters;

  private final Sink sink = new Sink();
  private final ByteBuffer payload = ByteBuffer.allocateDirect(COUNT).asReadOnlyBuffer();
  private Chain chain;
  private Next next;
  private long offset;

  /** Takes an answer as the protocol does, and copies nothing. */
  private static final class Sink extends CountedSink {
    final ByteBuffer bytes = ByteBuffer.allocateDirect(COUNT);

    @Override
    public ByteBuffer buffer(int count) {
      received += count;
      return bytes.clear().limit(count);
    }

    @Override
    public void bytes(ByteBuffer lent) {
      received += lent.remaining();
    }

    @Override
    public void bytes(ByteBuffer lent, Runnable release) {
      received += lent.remaining();
      release.run();
    }

    @Override
    public void file(FileChannel channel, long position, long count) {
      received += count;
    }

    @Override
    public void zeroes(long count) {
      received += count;
    }
  }

  /** Start the chain. */
  @Setup
  public void start() throws IOException {
    chain = Layers.chain(filters);
    next = chain.connect(false).open("");
  }

  /** Stop the chain. */
  @TearDown
  public void stop() {
    chain.stop();
  }

  private long nextOffset() {
    offset = (offset + 1234567 * 512L) & (Layers.SIZE / 2 - 1);
    return offset;
  }

  /** Read 4 KiB. */
  @Benchmark
  public long read() throws IOException {
    next.read(nextOffset(), COUNT, sink);
    return sink.received();
  }

  /** Write 4 KiB. */
  @Benchmark
  public void write() throws IOException {
    next.pwrite(payload.clear(), nextOffset(), Flags.NONE);
  }
}
