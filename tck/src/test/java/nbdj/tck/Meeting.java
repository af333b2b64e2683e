package nbdj.tck;

import java.util.concurrent.CountDownLatch;

/**
 * Where the threads of a test meet in a layer that another thread has made, so that a race is lost
 * however fast or slow they are. Only the first of each is waited for.
 */
final class Meeting {
  /** How many threads the contract sends at once. */
  private static final int THREADS = 4;

  private final Thread maker = Thread.currentThread();
  private final CountDownLatch missing = new CountDownLatch(THREADS);

  /** Tell whether the calling thread is one of several that use the layer at once. */
  boolean concerns(Thread thread) {
    return thread != maker && thread.getName().startsWith("tck-");
  }

  /** Wait until all have come this far. */
  void meet() {
    if (concerns(Thread.currentThread())) {
      missing.countDown();
      try {
        missing.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
