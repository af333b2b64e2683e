package nbdj.ext4;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.Condition;

/**
 * Does what is due when nobody else does: one daemon thread, which begins with the first change and
 * ends with its schedule.
 */
final class CommitTimer {

  /** What there is to do. Called with the store's lock held. */
  interface Schedule {

    /** Tell whether there will never again be anything to do. */
    boolean isOver();

    /**
     * Return when there will be something to do, as {@link System#nanoTime} has it, unless somebody
     * calls {@link #wake} before; empty if there is nothing.
     *
     * @param interval nanoseconds that what is not urgent is left for others to do
     */
    OptionalLong due(long interval);

    /** Do what is due. */
    void run();
  }

  private final StoreLock lock;
  private final Optional<Duration> interval;
  private final Schedule schedule;
  private final Condition woken;
  private Optional<Thread> thread = Optional.empty();

  /**
   * Make a timer that sleeps.
   *
   * @param interval if there is none, nothing is ever done
   */
  CommitTimer(StoreLock lock, Optional<Duration> interval, Schedule schedule) {
    this.lock = lock;
    this.interval = interval;
    this.schedule = schedule;
    this.woken = lock.newCondition();
  }

  /** Have the schedule looked at again; called with the lock held. */
  void wake() {
    if (thread.isEmpty() && interval.isPresent() && !schedule.isOver()) {
      long nanoseconds = interval.get().toNanos();
      thread =
          Optional.of(
              Thread.ofPlatform().daemon().name("ext4-commit").start(() -> run(nanoseconds)));
    }
    woken.signal();
  }

  private void run(long nanoseconds) {
    lock.lock();
    try {
      while (!schedule.isOver()) {
        OptionalLong due = schedule.due(nanoseconds);
        long wait = due.isPresent() ? due.getAsLong() - System.nanoTime() : Long.MAX_VALUE;
        if (wait > 0) {
          woken.awaitNanos(wait);
        } else {
          schedule.run();
        }
      }
    } catch (InterruptedException e) {
      // Nobody else has this thread, so that nobody can have meant it.
      throw new IllegalStateException(e);
    } finally {
      lock.unlock();
    }
  }

  /** Wait until the thread has ended, which its schedule must have; called without the lock. */
  void join() {
    boolean interrupted = false;
    while (thread.isPresent() && thread.get().isAlive()) {
      try {
        thread.get().join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
