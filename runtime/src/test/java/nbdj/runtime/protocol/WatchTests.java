package nbdj.runtime.protocol;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whom the watch looks at, and how often. */
@Timeout(120)
class WatchTests {
  private static final int TICKS = 300;

  private final Semaphore looks = new Semaphore(0);
  private volatile Watch.Need need = Watch.Need.TICKS;

  private Watch.Need look(long now) {
    looks.release();
    return need;
  }

  private void awaitLooks(int count) throws InterruptedException {
    assertTrue(looks.tryAcquire(count, 60, TimeUnit.SECONDS), "not looked at " + count + " times");
  }

  @Test
  void busyConnection_isLookedAtOften_andIdleOnesAreNot() throws Exception {
    try (Watch watch = new Watch()) {
      AtomicInteger idle = new AtomicInteger();
      watch.add(now -> {
        idle.incrementAndGet();
        return Watch.Need.DEADLINE;
      });
      watch.new Busy(this::look).wake();
      awaitLooks(TICKS);
      int seen = idle.get();
      assertTrue(seen < TICKS / 2, () -> "%d looks in %d ticks".formatted(seen, TICKS));
    }
  }

  @Test
  void deadlines_areLookedAt_whetherSomethingIsBusyOrNot() throws Exception {
    try (Watch watch = new Watch()) {
      watch.add(this::look);
      need = Watch.Need.DEADLINE;
      watch.wake();
      awaitLooks(5);
      watch.new Busy(now -> Watch.Need.TICKS).wake();
      awaitLooks(5);
    }
  }

  @Test
  void connectionFallenQuiet_isLookedAtAgainWhenItSaysSo() throws Exception {
    try (Watch watch = new Watch()) {
      Watch.Busy busy = watch.new Busy(this::look);
      for (int i = 0; i < 10; i++) {
        need = Watch.Need.TICKS;
        busy.wake();
        awaitLooks(10);
        need = Watch.Need.NOTHING;
        // No look for a while: it has fallen quiet.
        while (looks.tryAcquire(20, TimeUnit.MILLISECONDS)) {
          Thread.onSpinWait();
        }
      }
    }
  }

  /** Each request is seen, however its beginning meets the end of the watch's patience. */
  @Test
  void wakes_whileTheWatchStopsLooking_areNotLost() throws Exception {
    try (Watch watch = new Watch()) {
      Watch.Busy busy = watch.new Busy(this::look);
      for (int i = 0; i < 60; i++) {
        need = Watch.Need.NOTHING;
        busy.wake();
        // From before the last of the quiet ticks to after it.
        Thread.sleep(40 + i / 2);
        need = Watch.Need.TICKS;
        busy.wake();
        looks.drainPermits();
        awaitLooks(3);
      }
    }
  }
}
