package nbdj.client;

import java.time.Duration;

/** A moment by which something must have happened, or never. */
final class Deadline {
  private final long begin = System.nanoTime();
  private final long allowed;

  private Deadline(long allowed) {
    this.allowed = allowed;
  }

  /** Allow some time from now on; a zero duration allows any. */
  static Deadline after(Duration allowed) {
    return new Deadline(allowed.isZero() ? Long.MAX_VALUE : saturated(allowed));
  }

  private static long saturated(Duration duration) {
    try {
      return duration.toNanos();
    } catch (ArithmeticException e) {
      return Long.MAX_VALUE;
    }
  }

  /** Get the nanoseconds left, {@link Long#MAX_VALUE} if the deadline is never, 0 if it is over. */
  long left() {
    return allowed == Long.MAX_VALUE
        ? Long.MAX_VALUE
        : Math.max(0, allowed - (System.nanoTime() - begin));
  }

  boolean isOver() {
    return left() == 0;
  }
}
