package nbdj.ext4;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is to be done since a transaction has become durable; one thread at a time does it. Methods
 * are called with the store's lock held.
 */
final class PendingActions {

  private final StoreLock lock;
  private final List<Runnable> actions = new ArrayList<>();

  /** The thread that is doing what was here, if one is. */
  private Optional<Thread> actor = Optional.empty();

  PendingActions(StoreLock lock) {
    this.lock = lock;
  }

  void add(List<Runnable> more) {
    actions.addAll(more);
  }

  /** Tell whether everything has been done. */
  boolean isEmpty() {
    return actions.isEmpty() && actor.isEmpty();
  }

  /** Tell whether there is something that no thread is doing. */
  boolean isWaiting() {
    return !actions.isEmpty() && actor.isEmpty();
  }

  /** Tell whether a thread is doing something. */
  boolean isBeingDone() {
    return actor.isPresent();
  }

  /** Tell whether the calling thread is the one that is doing something. */
  boolean isOwn() {
    return actor.isPresent() && actor.get().equals(Thread.currentThread());
  }

  /**
   * Do what is here with the lock given back, all of it though some fails; the first failure is
   * thrown then.
   */
  void run() {
    actor = Optional.of(Thread.currentThread());
    List<Runnable> mine = List.copyOf(actions);
    actions.clear();
    lock.unlock();
    Optional<RuntimeException> failure = Optional.empty();
    try {
      for (Runnable action : mine) {
        failure = attempt(action, failure);
      }
    } finally {
      lock.lock();
      actor = Optional.empty();
    }
    if (failure.isPresent()) {
      throw failure.get();
    }
  }

  private static Optional<RuntimeException> attempt(
      Runnable action, Optional<RuntimeException> earlier) {
    try {
      action.run();
      return earlier;
    } catch (RuntimeException e) {
      earlier.ifPresent(first -> first.addSuppressed(e));
      return earlier.isPresent() ? earlier : Optional.of(e);
    }
  }
}
