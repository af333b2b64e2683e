package nbdj.ext4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Parts of a file are locked against who would disturb, and against nobody else. */
@Timeout(60)
final class StripesTests {

  private static final long MIB = 1 << 20;

  private final Stripes stripes = new Stripes(12);

  /** Tell whether another thread can lock a range while this one has what it has. */
  private boolean isFree(long offset, long length, boolean exclusive) throws Exception {
    CountDownLatch locked = new CountDownLatch(1);
    Thread other =
        Thread.ofPlatform()
            .start(() -> {
              if (exclusive) {
                stripes.lockExclusive(offset, length);
                stripes.unlockExclusive(offset, length);
              } else {
                stripes.lockShared(offset, length);
                stripes.unlockShared(offset, length);
              }
              locked.countDown();
            });
    while (locked.getCount() > 0 && other.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    boolean free = locked.await(0, TimeUnit.SECONDS);
    waiting.add(other);
    return free;
  }

  private final List<Thread> waiting = new ArrayList<>();

  private void joinAll() throws InterruptedException {
    for (Thread thread : waiting) {
      thread.join();
    }
    waiting.clear();
  }

  @Test
  void sharedRange_isOpenToSharersAlone() throws Exception {
    stripes.lockShared(0, 2 * MIB);
    assertTrue(isFree(MIB, 10, false));
    assertFalse(isFree(2 * MIB - 1, 10, true));
    assertTrue(isFree(2 * MIB, 10, true));
    stripes.unlockShared(0, 2 * MIB);
    joinAll();
  }

  @Test
  void exclusiveRange_isOpenToNobody() throws Exception {
    stripes.lockExclusive(5 * MIB + 7, 1);
    assertFalse(isFree(5 * MIB, 1, false));
    assertTrue(isFree(4 * MIB, MIB, true));
    assertTrue(isFree(6 * MIB, MIB, false));
    stripes.unlockExclusive(5 * MIB + 7, 1);
    joinAll();
  }

  @Test
  void rangeOverTheWrap_isLockedOnce() throws Exception {
    long span = stripes.span();
    assertEquals(64 * MIB, span);
    stripes.lockExclusive(span - MIB, 2 * MIB);
    assertTrue(isFree(MIB, 62 * MIB, true));
    assertFalse(isFree(2 * span, 1, false));
    stripes.unlockExclusive(span - MIB, 2 * MIB);
    joinAll();
    stripes.lockExclusive(MIB, 3 * span);
    assertFalse(isFree(0, 1, false));
    stripes.unlockExclusive(MIB, 3 * span);
    joinAll();
  }

  @Test
  void largeClusters_areNeverInTwoStripes() throws Exception {
    Stripes large = new Stripes(25);
    assertEquals(64L << 25, large.span());
    assertThrows(IllegalMonitorStateException.class, () -> large.unlockShared(0, 1));
  }

  @Test
  void manyThreads_neverMeetWhereOneIsAlone() throws Exception {
    AtomicIntegerArray users = new AtomicIntegerArray(100);
    try (ExecutorService pool = Executors.newFixedThreadPool(6)) {
      List<Future<?>> all = new ArrayList<>();
      for (int seed = 0; seed < 6; seed++) {
        Random random = new Random(seed);
        all.add(pool.submit(() -> use(users, random)));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
  }

  private void use(AtomicIntegerArray users, Random random) {
    for (int i = 0; i < 2000; i++) {
      int first = random.nextInt(90);
      int last = first + random.nextInt(random.nextInt(8) == 0 ? 90 - first : 4);
      boolean exclusive = random.nextBoolean();
      long offset = first * MIB;
      long length = (last - first + 1) * MIB;
      int weight = exclusive ? 1000 : 1;
      if (exclusive) {
        stripes.lockExclusive(offset, length);
      } else {
        stripes.lockShared(offset, length);
      }
      for (int at = first; at <= last; at++) {
        int now = users.addAndGet(at, weight);
        assertTrue(exclusive ? now == 1000 : now < 1000, () -> now + " users");
      }
      for (int at = first; at <= last; at++) {
        users.addAndGet(at, -weight);
      }
      if (exclusive) {
        stripes.unlockExclusive(offset, length);
      } else {
        stripes.unlockShared(offset, length);
      }
    }
  }
}
