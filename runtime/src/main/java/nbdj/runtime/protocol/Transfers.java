package nbdj.runtime.protocol;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The large messages that one connection is just receiving or sending, each of which holds memory
 * that others may wait for. Cuts off a client with whom they make no progress.
 *
 * <p>For any thread.
 */
final class Transfers implements Watch.Watched {
  /** How many bytes make a step forward. */
  static final int STEP = 1 << 20;

  private final Watch watch;
  private final long limit;
  private final Runnable cut;
  private final AtomicInteger active = new AtomicInteger();
  private final AtomicLong steps = new AtomicLong();

  /** The steps that the watch saw last. Used by the watch only. */
  private long seen;

  /** When the watch saw that number first. Used by the watch only. */
  private long seenAt;

  /**
   * Look after a connection.
   *
   * @param limit how long a step may take; zero for any time
   * @param cut ends the connection
   */
  Transfers(Watch watch, Duration limit, Runnable cut) {
    this.watch = watch;
    this.limit = limit.toNanos();
    this.cut = cut;
  }

  /** Begin to receive or send a message. */
  void begin() {
    steps.incrementAndGet();
    active.incrementAndGet();
    if (limit > 0) {
      watch.wake();
    }
  }

  /** Note that {@link #STEP} bytes more have gone over. */
  void step() {
    steps.incrementAndGet();
  }

  /** End what {@link #begin} began. */
  void end() {
    active.decrementAndGet();
  }

  @Override
  public Watch.Need tick(long now) {
    if (limit == 0 || active.get() == 0) {
      return Watch.Need.NOTHING;
    }
    long current = steps.get();
    if (current != seen) {
      seen = current;
      seenAt = now;
    } else if (now - seenAt > limit) {
      cut.run();
    }
    return Watch.Need.DEADLINE;
  }
}
