package nbdj.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.StampedLock;
import nbdj.api.ExtentType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
final class ConcurrencyTests {
  private static final int PAGE = Disk.PAGE;

  /** Every page only ever holds its own number or zeroes, so another number is a recycled page. */
  @Test
  void readsDuringTrimsAndRecycling_seeTheirOwnBytesOrZeroes() throws Exception {
    int pages = 16;
    AtomicBoolean stop = new AtomicBoolean();
    try (SparseStore store = new SparseStore(1L << 45, () -> AvailableMemory.UNKNOWN)) {
      List<Callable<Void>> tasks = new ArrayList<>();
      for (int writer = 0; writer < 2; writer++) {
        Random random = new Random(writer);
        tasks.add(() -> {
          for (int round = 0; round < 5_000; round++) {
            int number = random.nextInt(pages);
            if (random.nextBoolean()) {
              store.write(ByteBuffer.wrap(page(number)), place(number));
            } else {
              store.zero(place(number), PAGE, true);
            }
          }
          stop.set(true);
          return null;
        });
      }
      for (int reader = 0; reader < 4; reader++) {
        Random random = new Random(100 + reader);
        tasks.add(() -> {
          ByteBuffer buffer = ByteBuffer.allocateDirect(PAGE);
          while (!stop.get()) {
            int number = random.nextInt(pages);
            buffer.clear();
            store.read(buffer, place(number));
            for (int at = 0; at < PAGE; at += 64) {
              int seen = buffer.get(at);
              if (seen != 0 && seen != number + 1) {
                fail("page %d holds %d".formatted(number, seen - 1));
              }
            }
          }
          return null;
        });
      }
      runAll(tasks);
    }
  }

  /** A shared hold on the lock of a block is what a read or write in progress has. */
  @Test
  void trimOfAPageInUse_waitsUntilItIsNot() throws Exception {
    try (SparseStore store = new SparseStore(1L << 45, () -> AvailableMemory.UNKNOWN)) {
      store.write(ByteBuffer.wrap(page(6)), 0);
      StampedLock lock = store.lockOf(0);
      long stamp = lock.readLock();
      Thread whole = Thread.ofPlatform().start(() -> store.zero(0, PAGE, true));
      while (whole.isAlive() && whole.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
      assertTrue(whole.isAlive(), "the page was freed under a reader");
      lock.unlockRead(stamp);
      whole.join();
      store.extents(0, PAGE, false, (at, length, type) -> assertEquals(ExtentType.HOLE_ZERO, type));
    }
  }

  /** Neighbours in one page: one thread's part must survive what is done to the others'. */
  @Test
  void writesBesideZeroesInOnePage_areNotLost() throws Exception {
    int threads = 4;
    int part = PAGE / threads;
    try (SparseStore store = new SparseStore(1L << 45, () -> AvailableMemory.UNKNOWN)) {
      List<Callable<Void>> tasks = new ArrayList<>();
      for (int thread = 0; thread < threads; thread++) {
        int offset = thread * part;
        byte value = (byte) (thread + 1);
        tasks.add(() -> {
          ByteBuffer buffer = ByteBuffer.allocateDirect(part);
          for (int round = 0; round < 2_000; round++) {
            boolean write = round % 2 == 0;
            if (write) {
              store.write(ByteBuffer.wrap(filled(part, value)), offset);
            } else {
              store.zero(offset, part, true);
            }
            buffer.clear();
            store.read(buffer, offset);
            byte[] seen = new byte[part];
            buffer.get(0, seen);
            assertArrayEquals(filled(part, write ? value : 0), seen, "round " + round);
          }
          return null;
        });
      }
      runAll(tasks);
    }
  }

  /** Pages far from each other share nodes, which come and go as the pages do. */
  @Test
  void scatteredWritesAndTrims_fromManyThreads_keepTheTreeWhole() throws Exception {
    int threads = 4;
    try (SparseStore store = new SparseStore(Long.MAX_VALUE, () -> AvailableMemory.UNKNOWN)) {
      List<Callable<Void>> tasks = new ArrayList<>();
      for (int thread = 0; thread < threads; thread++) {
        int own = thread;
        Random random = new Random(thread);
        tasks.add(() -> {
          ByteBuffer buffer = ByteBuffer.allocateDirect(8);
          for (int round = 0; round < 500; round++) {
            long spread = 1L << (20 + random.nextInt(42));
            long offset = (spread & -PAGE) + (long) own * PAGE;
            store.write(ByteBuffer.allocate(8).putLong(0, offset), offset);
            buffer.clear();
            store.read(buffer, offset);
            assertEquals(offset, buffer.getLong(0));
            store.zero(offset, PAGE, true);
            buffer.clear();
            store.read(buffer, offset);
            assertEquals(0, buffer.getLong(0));
          }
          return null;
        });
      }
      runAll(tasks);
      assertEquals((long) Slab.PAGES * PAGE, store.allocated());
    }
  }

  private static void runAll(List<Callable<Void>> tasks) throws Exception {
    CountDownLatch start = new CountDownLatch(tasks.size());
    try (ExecutorService pool = Executors.newFixedThreadPool(tasks.size())) {
      List<Future<Void>> futures = new ArrayList<>();
      for (Callable<Void> task : tasks) {
        futures.add(
            pool.submit(() -> {
              start.countDown();
              start.await();
              return task.call();
            }));
      }
      for (Future<Void> future : futures) {
        future.get(100, TimeUnit.SECONDS);
      }
    }
  }

  private static long place(int number) {
    // Some pages share a leaf, some are alone in theirs.
    return number % 2 == 0 ? (long) number * PAGE : (long) number << 38;
  }

  private static byte[] page(int number) {
    return filled(PAGE, (byte) (number + 1));
  }

  private static byte[] filled(int count, byte value) {
    byte[] bytes = new byte[count];
    java.util.Arrays.fill(bytes, value);
    return bytes;
  }
}
