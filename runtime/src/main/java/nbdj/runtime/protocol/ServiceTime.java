package nbdj.runtime.protocol;

/**
 * An estimate of how long the layers take for a request of one connection.
 *
 * <p>Threads race on it. It rises slowly, for a thread may have been kept from running, and falls
 * fast, for a layer that was quick a moment ago needs no second thread.
 */
final class ServiceTime {
  /** From which time on a handle is slow, in nanoseconds: about what waking a thread costs. */
  static final long SLOW = 30_000;

  /** What moving bytes may take besides, as a shift: 250 ns for a KiB, or 4 GB in a second. */
  private static final int MOVING = 2;

  /** The longest time that counts, in nanoseconds, so that one long wait is soon forgotten. */
  private static final long LONGEST = 4 * SLOW;

  /** What a write that receives its payload may take, in nanoseconds, beside 1 ns for a byte. */
  private static final long LONG_WRITE = 5_000_000;

  private static final int RISE = 3;
  private static final int FALL = 1;

  /** In nanoseconds. */
  private long average;

  /** Tell whether requests take long enough to be worth a thread of their own. */
  boolean slow() {
    return average > SLOW;
  }

  /**
   * Take note of a request that took some nanoseconds. Copying within memory is not what a second
   * thread is for: it would only move the work to another processor.
   *
   * @param bytes how many it moved
   */
  void add(long nanos, long bytes) {
    long waited = Math.max(0, nanos - (bytes >> MOVING));
    long change = Math.min(waited, LONGEST) - average;
    average += change >> (change > 0 ? RISE : FALL);
  }

  /**
   * Take note of a write that received its payload itself, piece by piece. While it did its client
   * sent the next, so that it takes its time without being slow, unless it waits for a disk.
   */
  void addReceived(long nanos, long bytes) {
    if (nanos > LONG_WRITE + bytes) {
      addSlow();
    } else {
      add(0, bytes);
    }
  }

  /** Take note of a request that takes long already. */
  void addSlow() {
    average = Math.max(average, 2 * SLOW);
  }
}
