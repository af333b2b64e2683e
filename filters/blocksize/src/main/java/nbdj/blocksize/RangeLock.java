package nbdj.blocksize;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Locks ranges of offsets: whoever holds one keeps out all who want a part of it.
 *
 * <p>Safe for use by many threads. The lock inside is held for no longer than it takes to look at
 * the ranges; it is never held while a range is.
 */
final class RangeLock {
  /** A range that is held, until it is closed. */
  interface Held extends AutoCloseable {
    @Override
    void close();
  }

  private record Range(long from, long to) {
    boolean overlaps(Range other) {
      return from < other.to && other.from < to;
    }
  }

  private final ReentrantLock lock = new ReentrantLock();

  /** Signalled when a range is let go. */
  private final Condition changed = lock.newCondition();

  // Guarded by lock.
  private final List<Range> held = new ArrayList<>();

  /** Wait until nobody holds a part of a range, and hold it. */
  Held hold(long from, long to) {
    Range range = new Range(from, to);
    lock.lock();
    try {
      while (held.stream().anyMatch(range::overlaps)) {
        changed.awaitUninterruptibly();
      }
      held.add(range);
    } finally {
      lock.unlock();
    }
    return () -> release(range);
  }

  private void release(Range range) {
    lock.lock();
    try {
      held.remove(range);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
