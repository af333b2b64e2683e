package nbdj.runtime.protocol;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;

/**
 * Counts the requests of all connections of a server, by command. For any thread.
 *
 * <p>The counts of one moment need not fit together: what is being counted meanwhile may be in one
 * and not yet in another.
 */
public final class Meter {
  /** The longest times that each bucket but the last holds, in nanoseconds. */
  private static final long[] BOUNDS =
      LongStream.of(
              10_000,
              25_000,
              50_000,
              100_000,
              250_000,
              500_000,
              1_000_000,
              2_500_000,
              5_000_000,
              10_000_000,
              25_000_000,
              50_000_000,
              100_000_000,
              250_000_000,
              500_000_000,
              1_000_000_000L,
              2_500_000_000L,
              5_000_000_000L,
              10_000_000_000L)
          .toArray();

  /** What is counted of one command. */
  private static final class Counts {
    final LongAdder bytes = new LongAdder();
    final LongAdder errors = new LongAdder();
    final LongAdder nanos = new LongAdder();
    final LongAdder[] buckets = new LongAdder[BOUNDS.length + 1];

    Counts() {
      for (int i = 0; i < buckets.length; i++) {
        buckets[i] = new LongAdder();
      }
    }
  }

  /**
   * What was counted of one command.
   *
   * @param name its name, {@code other} for those that do not exist
   * @param bytes how many bytes the requests that succeeded were about
   * @param errors how many failed or were refused
   * @param time how long all took together
   * @param buckets how many took how long: one number for each of {@link Meter#bounds}, and one for
   *     what took longer
   */
  public record Command(String name, long bytes, long errors, Duration time, List<Long> buckets) {}

  /**
   * Where the bytes of answers to reads came from.
   *
   * @param buffers buffers of the server
   * @param memory memory that layers lent
   * @param files files, without passing through the server
   * @param holes bytes that were not sent, for the client was told that they are zeroes
   */
  public record Sources(long buffers, long memory, long files, long holes) {}

  private final boolean on;

  /** By the number of the command; the last is for those that do not exist. */
  private final Counts[] counts = new Counts[Wire.CMD_BLOCK_STATUS + 2];

  private final LongAdder inFlight = new LongAdder();

  /**
   * Where the bytes of writes were received.
   *
   * @param buffers in buffers of the server, from which layers wrote them
   * @param memory in memory of layers, where they belong
   * @param files in files, without passing through the server
   */
  public record Targets(long buffers, long memory, long files) {}

  /** How many bytes of answers to reads came from where, by the number of the source. */
  private final LongAdder[] sources = new LongAdder[Source.ALL.size()];

  private final LongAdder writtenFromBuffers = new LongAdder();
  private final LongAdder receivedInMemory = new LongAdder();
  private final LongAdder receivedInFiles = new LongAdder();

  private final LongAdder sends = new LongAdder();

  /**
   * Make a meter.
   *
   * @param on whether it counts at all
   */
  public Meter(boolean on) {
    this.on = on;
    for (int i = 0; i < counts.length; i++) {
      counts[i] = new Counts();
    }
    for (int i = 0; i < sources.length; i++) {
      sources[i] = new LongAdder();
    }
  }

  /** Tell whether it counts. */
  boolean isOn() {
    return on;
  }

  /** Take note of a request that begins. */
  void begin(Request request) {
    inFlight.add(payload(request));
  }

  /** Take note of a request that ends. */
  void end(Request request, long nanos, boolean failed) {
    inFlight.add(-payload(request));
    Counts of = counts[index(request)];
    if (failed) {
      of.errors.increment();
    } else {
      of.bytes.add(request.count());
    }
    of.nanos.add(nanos);
    of.buckets[bucket(nanos)].increment();
  }

  /** Take note of a request that reaches no layer. */
  void refused(Request request) {
    if (on) {
      Counts of = counts[index(request)];
      of.errors.increment();
      of.buckets[0].increment();
    }
  }

  /** Take note of an answer that a layer has given. */
  void answer(Answer answer) {
    if (on) {
      for (Source source : Source.ALL) {
        long bytes = answer.bytesFrom(source);
        if (bytes > 0) {
          sources[source.place].add(bytes);
        }
      }
    }
  }

  /**
   * Take note of a write that a layer has done.
   *
   * @param count how many bytes it wrote
   * @param memory how many of them were received in memory of the layer's
   * @param file how many went into a file without passing through the server
   */
  void written(long count, long memory, long file) {
    if (on) {
      writtenFromBuffers.add(count - memory - file);
      receivedInMemory.add(memory);
      receivedInFiles.add(file);
    }
  }

  /** Take note of a call that sends. */
  void send() {
    if (on) {
      sends.increment();
    }
  }

  private static int bucket(long nanos) {
    int bucket = 0;
    while (bucket < BOUNDS.length && nanos > BOUNDS[bucket]) {
      bucket++;
    }
    return bucket;
  }

  private int index(Request request) {
    int type = request.type();
    return type == Wire.CMD_DISC ? counts.length - 1 : Math.min(type, counts.length - 1);
  }

  /** Get how many bytes of data a request holds while it runs. */
  private static long payload(Request request) {
    return switch (request.type()) {
      case Wire.CMD_READ, Wire.CMD_WRITE -> request.count();
      default -> 0;
    };
  }

  /** Get the bounds of the buckets. */
  public static List<Duration> bounds() {
    return LongStream.of(BOUNDS).mapToObj(Duration::ofNanos).toList();
  }

  /** Get how many bytes the reads and writes that run now are about. */
  public long bytesInFlight() {
    return inFlight.sum();
  }

  /** Get how many calls have sent something. */
  public long sends() {
    return sends.sum();
  }

  /** Get how many bytes of answers to reads came from somewhere. */
  private long bytesFrom(Source source) {
    return sources[source.place].sum();
  }

  /** Get where the bytes of writes were received. */
  public Targets targets() {
    return new Targets(writtenFromBuffers.sum(), receivedInMemory.sum(), receivedInFiles.sum());
  }

  /** Get where the bytes of answers to reads came from. */
  public Sources sources() {
    return new Sources(
        bytesFrom(Source.BUFFER),
        bytesFrom(Source.MEMORY),
        bytesFrom(Source.FILE),
        bytesFrom(Source.HOLE));
  }

  /** Get what was counted, by command. */
  public List<Command> commands() {
    List<Command> all = new ArrayList<>();
    for (int i = 0; i < counts.length; i++) {
      if (i == Wire.CMD_DISC) {
        continue;
      }
      Counts of = counts[i];
      List<Long> buckets = new ArrayList<>();
      for (LongAdder bucket : of.buckets) {
        buckets.add(bucket.sum());
      }
      all.add(
          new Command(
              i == counts.length - 1 ? "other" : Request.nameOf(i),
              of.bytes.sum(),
              of.errors.sum(),
              Duration.ofNanos(of.nanos.sum()),
              buckets));
    }
    return all;
  }
}
