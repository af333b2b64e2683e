package nbdj.tck;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import nbdj.api.NbdError;
import nbdj.api.NbdException;

/** Holds the first open of the device below up, and then has it fail. */
final class FirstOpenFails implements Hook {
  private final AtomicInteger opens = new AtomicInteger();
  private final CompletableFuture<Boolean> come = new CompletableFuture<>();
  private final CountDownLatch mayFail = new CountDownLatch(1);

  @Override
  public void before(String operation) throws NbdException {
    if (operation.equals("open") && opens.incrementAndGet() == 1) {
      come.complete(true);
      try {
        mayFail.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      throw new NbdException(NbdError.EIO, "the device below is not there yet");
    }
  }

  /** Get what is told when the first open has come, {@code true}, or is not going to. */
  CompletableFuture<Boolean> come() {
    return come;
  }

  /** Get how many opens there have been. */
  int opens() {
    return opens.get();
  }

  /** Let the first open fail. */
  void fail() {
    mayFail.countDown();
  }
}
