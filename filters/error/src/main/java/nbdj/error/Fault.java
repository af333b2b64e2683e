package nbdj.error;

import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.ReentrantLock;
import nbdj.api.NbdException;

/**
 * An error that is being injected, from {@link ErrorRule#with} until {@link #stop} or {@link
 * Errors#clear}.
 *
 * <p>Safe for use by many threads.
 *
 * @since 0.1
 */
public final class Fault {
  private final Errors errors;
  private final Terms terms;

  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  /** The dice of each operation: what fails of one kind does not hang on the others. */
  private final Map<Operation, Random> dice = new EnumMap<>(Operation.class);

  private long asked;
  private long injected;
  private boolean stopped;

  Fault(Errors errors, Terms terms) {
    this.errors = errors;
    this.terms = terms;
  }

  /** Get how many requests have failed because of it. */
  public long count() {
    lock.lock();
    try {
      return injected;
    } finally {
      lock.unlock();
    }
  }

  /** Let requests be. The second call does nothing. */
  public void stop() {
    errors.remove(this);
    end();
  }

  /** Let no request fail any more, also one that found this fault before it was removed. */
  void end() {
    lock.lock();
    try {
      stopped = true;
    } finally {
      lock.unlock();
    }
  }

  /** Tell whether a request fails, and count it. */
  boolean hits(Operation operation, long offset, long count) {
    // The condition is foreign code or looks at a file, so it is asked without the lock.
    if (!terms.concern(operation, offset, count) || !terms.condition().getAsBoolean()) {
      return false;
    }
    lock.lock();
    try {
      boolean due = !stopped && ++asked > terms.skipped() && injected < terms.most();
      if (!due || !falls(operation)) {
        return false;
      }
      injected++;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Throw the dice. The lock is held. */
  private boolean falls(Operation operation) {
    if (terms.rate() >= 1) {
      return true;
    }
    Random random = dice.computeIfAbsent(operation, this::newDice);
    return random.nextDouble() < terms.rate();
  }

  private Random newDice(Operation operation) {
    return new Random(terms.seed() + operation.word().hashCode() * 0x9e37_79b9_7f4a_7c15L);
  }

  /** Get how many of a request's bytes are dealt with before it fails. */
  long part(long count) {
    return Math.min(terms.part(), count);
  }

  /** Make the failure of a request; one without a range has a count of 0. */
  NbdException failure(Operation operation, long offset, long count) {
    String request =
        count == 0
            ? operation.word()
            : "%s of %d bytes at %d".formatted(operation.word(), count, offset);
    return new NbdException(
        terms.error(), "%s was injected into %s".formatted(terms.error(), request));
  }
}
