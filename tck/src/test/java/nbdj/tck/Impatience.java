package nbdj.tck;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/**
 * Gives up at once what a broken layer says will never happen, and waits long for all else: a
 * verdict does not depend on how busy the machine is.
 */
final class Impatience extends Patience {
  /** How often it is asked whether there is still hope, in milliseconds. */
  private static final int INTERVAL = 10;

  private final Predicate<Thread> endless;
  private volatile boolean hopeless;

  /**
   * Make one.
   *
   * @param endless tells which threads will never end
   */
  Impatience(Predicate<Thread> endless) {
    super(Verdict.TIMEOUT);
    this.endless = endless;
  }

  /** Make one for a layer whose threads all end. */
  Impatience() {
    this(thread -> false);
  }

  /** Say that the call that is running will never return. */
  void giveUp() {
    hopeless = true;
  }

  @Override
  <T> T await(Future<T> task) throws InterruptedException, ExecutionException, TimeoutException {
    for (int i = 0; i < Verdict.TIMEOUT * 1000 / INTERVAL; i++) {
      boolean last = hopeless;
      try {
        return task.get(INTERVAL, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        if (last) {
          throw e;
        }
      }
    }
    throw new TimeoutException();
  }

  @Override
  boolean join(Thread thread) throws InterruptedException {
    return !endless.test(thread) && super.join(thread);
  }
}
