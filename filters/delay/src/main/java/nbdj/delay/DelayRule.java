package nbdj.delay;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Says which requests are delayed; {@link #by} and {@link #untilReleased} say how long, and make it
 * so.
 *
 * <pre>{@code
 * delays.delay().reads().by(Duration.ofMillis(100));
 * }</pre>
 *
 * <p>Used by one thread. Nothing is delayed before one of the two is called.
 *
 * @since 0.1
 * @see Delays#delay
 */
public final class DelayRule {
  private final Delays delays;
  private final Set<Operation> operations = EnumSet.noneOf(Operation.class);
  private long from;
  private long to = Long.MAX_VALUE;
  private long most = Long.MAX_VALUE;
  private BooleanSupplier condition = () -> true;

  DelayRule(Delays delays) {
    this.delays = delays;
  }

  DelayRule add(Operation... kinds) {
    operations.addAll(Arrays.asList(kinds));
    return this;
  }

  /** Delay reads. */
  public DelayRule reads() {
    return add(Operation.READ);
  }

  /** Delay writes. */
  public DelayRule writes() {
    return add(Operation.WRITE);
  }

  /** Delay requests to zero a range. */
  public DelayRule zeroes() {
    return add(Operation.ZERO);
  }

  /** Delay trims. */
  public DelayRule trims() {
    return add(Operation.TRIM);
  }

  /** Delay flushes. */
  public DelayRule flushes() {
    return add(Operation.FLUSH);
  }

  /** Delay requests for block status. */
  public DelayRule extents() {
    return add(Operation.EXTENTS);
  }

  /** Delay requests to cache a range. */
  public DelayRule caches() {
    return add(Operation.CACHE);
  }

  /** Delay everything that a connected client asks for. */
  public DelayRule requests() {
    operations.addAll(EnumSet.complementOf(EnumSet.of(Operation.OPEN, Operation.CLOSE)));
    return this;
  }

  /** Delay clients that come. */
  public DelayRule opens() {
    return add(Operation.OPEN);
  }

  /** Delay clients that leave. */
  public DelayRule closes() {
    return add(Operation.CLOSE);
  }

  /**
   * Delay only those that touch a range.
   *
   * @param offset where it begins, in bytes
   * @param count its length in bytes, at least 1
   */
  public DelayRule in(long offset, long count) {
    if (offset < 0 || count < 1 || offset > Long.MAX_VALUE - count) {
      throw new IllegalArgumentException(
          "no range: %d bytes at %d (at least 1 byte, at 0 or later)".formatted(count, offset));
    }
    from = offset;
    to = offset + count;
    return this;
  }

  /** Delay only a number of them, and let all later ones through at once. */
  public DelayRule times(long requests) {
    if (requests < 0) {
      throw new IllegalArgumentException("times %d: must be 0 or more".formatted(requests));
    }
    most = requests;
    return this;
  }

  /**
   * Delay them, and count, only while something holds.
   *
   * @param holds asked for each request, on any thread
   */
  public DelayRule onlyIf(BooleanSupplier holds) {
    condition = holds;
    return this;
  }

  /**
   * Delay them from now on.
   *
   * @param duration how long each waits before it goes on
   * @throws IllegalStateException if no kind of request was named
   */
  public Delay by(Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException("delay %s: must be 0 or more".formatted(duration));
    }
    return begin(duration.toNanos());
  }

  /**
   * Hold them from now on, until {@link Delay#release}.
   *
   * @throws IllegalStateException if no kind of request was named
   */
  public Delay untilReleased() {
    return begin(Terms.FOREVER);
  }

  private Delay begin(long nanos) {
    if (operations.isEmpty()) {
      throw new IllegalStateException(
          "nothing to delay (name what is delayed: reads(), writes(), requests())");
    }
    Set<Operation> kinds = Collections.unmodifiableSet(EnumSet.copyOf(operations));
    Delay delay = new Delay(delays, new Terms(kinds, from, to, most, condition, nanos));
    delays.add(this, delay);
    return delay;
  }
}
