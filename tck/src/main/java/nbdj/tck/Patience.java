package nbdj.tck;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for what must happen, no longer than is set. */
class Patience {
  private final int seconds;

  Patience(int seconds) {
    this.seconds = seconds;
  }

  /**
   * Wait for the end of a task.
   *
   * @throws TimeoutException if it has not come in time
   */
  <T> T await(Future<T> task) throws InterruptedException, ExecutionException, TimeoutException {
    return task.get(seconds, TimeUnit.SECONDS);
  }

  /** Wait for the end of a thread, and tell whether it has come in time. */
  boolean join(Thread thread) throws InterruptedException {
    return thread.join(Duration.ofSeconds(seconds));
  }
}
