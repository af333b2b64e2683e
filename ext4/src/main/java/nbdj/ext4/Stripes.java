package nbdj.ext4;

import java.util.concurrent.locks.StampedLock;

/**
 * Locks for the parts of a file. A range is locked shared by who reads or overwrites it, so that
 * its blocks stay its own, and exclusively by who changes where it lies.
 *
 * <p>Stripes that are far apart have one lock, so that there are few; a thread takes its locks in
 * one order. Not to be taken twice by one thread.
 */
final class Stripes {

  /** How many locks there are: the least that any range needs one of. */
  private static final int COUNT = 64;

  private static final int LEAST_BITS = 20;

  private final StampedLock[] locks = new StampedLock[COUNT];

  /** Logarithm of the bytes of a stripe. */
  private final int bits;

  /**
   * Make the stripes of a file.
   *
   * @param clusterBits logarithm of the bytes of a cluster, which is never in two stripes
   */
  Stripes(int clusterBits) {
    this.bits = Math.max(LEAST_BITS, clusterBits);
    for (int i = 0; i < COUNT; i++) {
      locks[i] = new StampedLock();
    }
  }

  /** Return the most bytes that one exclusive lock should cover, for others to get a turn. */
  long span() {
    return (long) COUNT << bits;
  }

  /** Lock a range shared: of at least one byte. */
  void lockShared(long offset, long length) {
    lock(offset, length, false);
  }

  void unlockShared(long offset, long length) {
    unlock(offset, length, false);
  }

  /** Lock a range exclusively: of at least one byte. */
  void lockExclusive(long offset, long length) {
    lock(offset, length, true);
  }

  void unlockExclusive(long offset, long length) {
    unlock(offset, length, true);
  }

  private void lock(long offset, long length, boolean exclusive) {
    long first = offset >>> bits;
    long last = (offset + length - 1) >>> bits;
    // The stripes in the order of their locks: those after the wrap come first.
    int from = (int) (first % COUNT);
    int to = (int) (last % COUNT);
    if (last - first >= COUNT - 1) {
      lockAll(0, COUNT - 1, exclusive);
    } else if (from <= to) {
      lockAll(from, to, exclusive);
    } else {
      lockAll(0, to, exclusive);
      lockAll(from, COUNT - 1, exclusive);
    }
  }

  private void lockAll(int from, int to, boolean exclusive) {
    for (int i = from; i <= to; i++) {
      assert LockRank.STRIPE.taken();
      if (exclusive) {
        locks[i].writeLock();
      } else {
        locks[i].readLock();
      }
    }
  }

  private void unlock(long offset, long length, boolean exclusive) {
    long first = offset >>> bits;
    long last = (offset + length - 1) >>> bits;
    long count = Math.min(COUNT, last - first + 1);
    for (long stripe = first; stripe < first + count; stripe++) {
      StampedLock lock = locks[(int) (stripe % COUNT)];
      boolean had = exclusive ? lock.tryUnlockWrite() : lock.tryUnlockRead();
      if (!had) {
        throw new IllegalMonitorStateException("stripe %d is not locked".formatted(stripe));
      }
      assert LockRank.STRIPE.given();
    }
  }
}
