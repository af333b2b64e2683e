package nbdj.delay;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A delay in force, from {@link DelayRule#by} or {@link DelayRule#untilReleased} until {@link
 * #release} or {@link Delays#clear}.
 *
 * <p>Safe for use by many threads.
 *
 * @since 0.1
 */
public final class Delay {
  private final Delays delays;
  private final Terms terms;

  private final ReentrantLock lock = new ReentrantLock();

  /** Signalled when a request begins to wait, and when those that wait may go on. */
  private final Condition changed = lock.newCondition();

  // Guarded by lock.
  private long delayed;
  private int waiting;
  private boolean released;

  /** Increased to have those go on that wait now. */
  private long round;

  Delay(Delays delays, Terms terms) {
    this.delays = delays;
    this.terms = terms;
  }

  /** Get how many requests it has delayed, those included that wait now. */
  public long count() {
    lock.lock();
    try {
      return delayed;
    } finally {
      lock.unlock();
    }
  }

  /** Get how many requests wait now. */
  public int waiting() {
    lock.lock();
    try {
      return waiting;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Wait until some requests wait.
   *
   * @param requests how many at least
   * @param timeout how long to wait for them
   * @return false if there were not so many in time
   */
  public boolean awaitWaiting(int requests, Duration timeout) throws InterruptedException {
    lock.lock();
    try {
      long rest = timeout.toNanos();
      while (waiting < requests && rest > 0) {
        rest = changed.awaitNanos(rest);
      }
      return waiting >= requests;
    } finally {
      lock.unlock();
    }
  }

  /** Let those go on that wait, and delay no more. The second call does nothing. */
  public void release() {
    delays.remove(this);
    end();
  }

  /** Delay no request any more, also one that found this delay before it was removed. */
  void end() {
    lock.lock();
    try {
      released = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Let those go on that wait now. */
  void wake() {
    lock.lock();
    try {
      round++;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Hold up a request if it is due. An interrupt does not end the wait: it is kept for whoever
   * looks for it.
   *
   * @return whether the request was concerned, and no other delay is for it
   */
  boolean holdsUp(Operation operation, long offset, long count) {
    if (!terms.concern(operation, offset, count)) {
      return false;
    }
    lock.lock();
    try {
      if (released || delays.suspended() || delayed >= terms.most()) {
        return false;
      }
      delayed++;
      await();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Wait for the end of the time, or to be let go. The lock is held. */
  private void await() {
    boolean interrupted = false;
    long mine = round;
    long rest = terms.nanos();
    waiting++;
    changed.signalAll();
    try {
      while (!released && round == mine && rest != 0) {
        try {
          if (terms.nanos() == Terms.FOREVER) {
            changed.await();
          } else {
            rest = Math.max(0, changed.awaitNanos(rest));
          }
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      waiting--;
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
