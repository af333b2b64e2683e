package nbdj.tck;

import java.io.IOException;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import nbdj.api.FilterHandle;
import nbdj.api.Next;
import nbdj.api.OpenRequest;
import nbdj.api.ReadSink;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Plugins and filters that never return from a callback: the finding says where they are. */
class BrokenLayerHangsTests {
  private final Impatience patience = new Impatience();
  private final CountDownLatch end = new CountDownLatch(1);

  @AfterEach
  void letGo() {
    end.countDown();
  }

  @ParameterizedTest
  @CsvSource({
    "PLUGIN, load, L-1",
    "FILTER, getReady, L-5",
    "PLUGIN, open, X-4",
    "FILTER, prepare, X-4",
    "FILTER, read, C-5",
    "PLUGIN, flush, C-5",
    "FILTER, close, L-11",
    "PLUGIN, cleanup, L-12"
  })
  void callbackNeverReturns_breaksItsRule(Role role, String callback, String rule) {
    role.judgeHanging(
            () ->
                new Manner() {
                  @Override
                  void begin(String begun) {
                    if (begun.equals(callback)) {
                      patience.giveUp();
                      waitForEver();
                    }
                  }
                },
            patience)
        .breaks(rule)
        .saying("still running: " + callback, "BrokenLayerHangsTests.waitForEver");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void readSpins_breaksC5(Role role) {
    role.judgeHanging(
            () ->
                new Manner() {
                  @Override
                  void begin(String begun) {
                    while (begun.equals("read") && end.getCount() > 0) {
                      patience.giveUp();
                      Thread.onSpinWait();
                    }
                  }
                },
            patience)
        .breaks("C-5")
        .saying("still running:", "handle 1 of 1 bytes at 0", "BrokenLayerHangsTests");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void locksTakenInBothOrders_breakT5(Role role) {
    role.judgeHanging(
            () ->
                new Manner() {
                  @Override
                  FilterHandle open(OpenRequest request) {
                    return new BothOrders(patience);
                  }
                },
            patience)
        .breaks("T-5")
        .saying("still running:", "BothOrders.read");
  }

  private void waitForEver() {
    boolean waiting = true;
    while (waiting) {
      try {
        end.await();
        waiting = false;
      } catch (InterruptedException e) {
        // Nobody is to end it from outside.
        waiting = true;
      }
    }
  }

  /** A handle whose threads wait for each other once two are in it. */
  private static final class BothOrders extends Faithful {
    private final Impatience patience;
    private final Meeting meeting = new Meeting();
    private final CyclicBarrier both = new CyclicBarrier(2);
    private final Lock first = new ReentrantLock();
    private final Lock second = new ReentrantLock();

    BothOrders(Impatience patience) {
      this.patience = patience;
    }

    @Override
    public void read(Next next, long offset, long count, ReadSink sink) throws IOException {
      boolean forwards = offset / 1000 % 2 == 0;
      Lock outer = forwards ? first : second;
      Lock inner = forwards ? second : first;
      outer.lock();
      try {
        if (meeting.concerns(Thread.currentThread())) {
          awaitTheOther();
        }
        inner.lock();
        try {
          next.read(offset, count, sink);
        } finally {
          inner.unlock();
        }
      } finally {
        outer.unlock();
      }
    }

    /** Wait until each of two threads has one of the locks. */
    private void awaitTheOther() {
      try {
        both.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (BrokenBarrierException e) {
        throw new IllegalStateException(e);
      }
      patience.giveUp();
    }
  }
}
