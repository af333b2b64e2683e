package nbdj.stats;

import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;

/**
 * What is known of the requests of one kind.
 *
 * <p>Safe for use by many threads: each number is right once no request is under way.
 */
final class Tally {
  /** One class for each number of bits. */
  static final int CLASSES = 65;

  private final LongAdder requests = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private final LongAdder bytes = new LongAdder();
  private final LongAdder nanos = new LongAdder();
  private final LongAdder[] sizes = adders();
  private final LongAdder[] sizeBytes = adders();
  private final LongAdder[] latencies = adders();
  private final LongAdder[] alignments = adders();

  private static LongAdder[] adders() {
    LongAdder[] adders = new LongAdder[CLASSES];
    Arrays.setAll(adders, i -> new LongAdder());
    return adders;
  }

  /** Get the number of bits that a number takes: 0 for 0, 10 for 512 to 1023. */
  static int bits(long number) {
    return Long.SIZE - Long.numberOfLeadingZeros(number);
  }

  /** Count a request. */
  void add(long offset, long count, long elapsed, boolean failed) {
    requests.increment();
    if (failed) {
      failures.increment();
    } else {
      bytes.add(count);
    }
    nanos.add(elapsed);
    sizes[bits(count)].increment();
    sizeBytes[bits(count)].add(count);
    latencies[bits(elapsed / 1000)].increment();
    alignments[Long.numberOfTrailingZeros(offset | count)].increment();
  }

  long requests() {
    return requests.sum();
  }

  /** Get how many requests failed. */
  long failures() {
    return failures.sum();
  }

  /** Get how many bytes requests were for that succeeded. */
  long bytes() {
    return bytes.sum();
  }

  /** Get how long all requests took together, in nanoseconds. */
  long nanos() {
    return nanos.sum();
  }

  /** Get how many requests there were by the number of bits of their size in bytes. */
  long[] sizes() {
    return sums(sizes);
  }

  /** Get how many bytes these requests were for. */
  long[] sizeBytes() {
    return sums(sizeBytes);
  }

  /** Get how many requests there were by the number of bits of the microseconds they took. */
  long[] latencies() {
    return sums(latencies);
  }

  /** Get how many requests there were by the power of two that their begin and end divide by. */
  long[] alignments() {
    return sums(alignments);
  }

  private static long[] sums(LongAdder[] adders) {
    return Arrays.stream(adders).mapToLong(LongAdder::sum).toArray();
  }
}
