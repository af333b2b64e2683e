package nbdj.retry;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Waits that end when they are over, or the server is. Safe for use by many threads. */
final class Pause {
  private final CountDownLatch ended = new CountDownLatch(1);

  /** Wait. */
  void await(long nanos) {
    boolean interrupted = false;
    long end = System.nanoTime() + nanos;
    while (true) {
      try {
        ended.await(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** End all waits there are and will be. */
  void end() {
    ended.countDown();
  }

  boolean hasEnded() {
    return ended.getCount() == 0;
  }
}
