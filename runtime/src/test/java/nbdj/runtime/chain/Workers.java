package nbdj.runtime.chain;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/** Threads for a test, with a bound on how long anything may take. */
final class Workers implements AutoCloseable {
  /** How long something may take that will happen. */
  static final long SECONDS = 20;

  private final ExecutorService pool = Executors.newCachedThreadPool();
  private final List<Future<?>> running = new ArrayList<>();

  /** Run a call on a thread of its own. */
  void run(Calls.IoCall call) {
    running.add(
        pool.submit(() -> {
          call.run();
          return true;
        }));
  }

  /** Wait for all calls, and fail as the first of them that failed. */
  void join() throws Exception {
    for (Future<?> future : running) {
      get(future);
    }
  }

  private static void get(Future<?> future) throws Exception {
    try {
      future.get(SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  /** Wait for a latch, which must open. */
  static void await(CountDownLatch latch) {
    try {
      if (!latch.await(SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError(new TimeoutException("the latch did not open"));
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Wait until a thread waits for a lock or a condition. */
  static void awaitParked(Thread thread) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (thread.getState() != Thread.State.WAITING) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError(thread + " does not wait: " + thread.getState());
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
  }

  @Override
  public void close() {
    pool.close();
  }
}
