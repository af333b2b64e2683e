package nbdj.junit;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Lets one test at a time have a disk that several share: each expects its own faults and contents.
 *
 * <p>Safe for use by many threads.
 */
final class Turn {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition free = lock.newCondition();

  // Guarded by lock.
  /** The test whose turn it is. */
  private @Nullable String test;

  private @Nullable Thread thread;

  /** Wait until no other test has the disk, and have it. */
  void take(String id) throws InterruptedException {
    lock.lock();
    try {
      while (test != null) {
        // A thread pool may run a test while another waits on the same thread.
        if (thread == Thread.currentThread()) {
          throw new IllegalStateException(
              ("%s began on the thread of %s, which has the same disk (give each a disk of its own:"
                      + " an instance field)")
                  .formatted(id, test));
        }
        free.await();
      }
      test = id;
      thread = Thread.currentThread();
    } finally {
      lock.unlock();
    }
  }

  /** Tell whether a test has the disk. */
  boolean has(String id) {
    lock.lock();
    try {
      return id.equals(test);
    } finally {
      lock.unlock();
    }
  }

  /** Let the next test have the disk. */
  void pass() {
    lock.lock();
    try {
      test = null;
      thread = null;
      free.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
