package nbdj.ext4;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The lock that guards what a store knows of its transactions. It is never held while the device is
 * used, and no thread that waits for it can be interrupted.
 */
final class StoreLock {

  private final ReentrantLock lock = new ReentrantLock();

  /** Signalled when anything ends that somebody may be waiting for. */
  private final Condition changed = lock.newCondition();

  void lock() {
    assert LockRank.STORE.taken();
    lock.lock();
  }

  void unlock() {
    lock.unlock();
    assert LockRank.STORE.given();
  }

  /**
   * Wait, with the lock given back meanwhile, until something has ended; perhaps not what the
   * caller waits for, so that it calls this in a loop.
   */
  @SuppressWarnings("WaitNotInLoop")
  void await() {
    changed.awaitUninterruptibly();
  }

  /** Wake all who wait. */
  void signal() {
    changed.signalAll();
  }

  Condition newCondition() {
    return lock.newCondition();
  }
}
