package nbdj.runtime.protocol;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
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
import org.openjdk.jmh.annotations.Warmup;

/** What the headers of requests and replies cost. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
    value = 1,
    jvmArgs = {"-Xms1g", "-Xmx1g", "-XX:+UseSerialGC"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class HeaderBenchmark {
  /** How headers look. */
  @Param({"SIMPLE", "STRUCTURED", "EXTENDED"})
  public String headers;

  private final ByteBuffer incoming = ByteBuffer.allocateDirect(Headers.EXTENDED.request());
  private final ByteBuffer outgoing = ByteBuffer.allocateDirect(64);
  private Request request;
  private boolean chunks;

  /** Make a request to read 4 KiB. */
  @Setup
  public void make() {
    Headers kind = Headers.valueOf(headers);
    chunks = kind.chunks();
    request = new Request(kind);
    incoming.putInt(kind == Headers.EXTENDED ? Wire.EXTENDED_REQUEST_MAGIC : Wire.REQUEST_MAGIC);
    incoming.putShort((short) 0).putShort((short) Wire.CMD_READ).putLong(77).putLong(1 << 20);
    if (kind == Headers.EXTENDED) {
      incoming.putLong(4096);
    } else {
      incoming.putInt(4096);
    }
    request.decode(incoming.position(4));
  }

  /** Decode a request. */
  @Benchmark
  public long decode() {
    request.decode(incoming.position(4));
    return request.offset() + request.count() + request.cookie();
  }

  /** Encode the header of a reply to a read. */
  @Benchmark
  public ByteBuffer reply() {
    outgoing.clear();
    if (chunks) {
      Replies.chunk(outgoing, request, Wire.CHUNK_OFFSET_DATA, Wire.CHUNK_DONE, 4096 + 8);
      outgoing.putLong(request.offset());
    } else {
      Replies.simple(outgoing, request, 0);
    }
    return outgoing;
  }
}
