package nbdj.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import nbdj.api.Flags;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class ConcurrencyTests {
  private static final int PART = 1 << 18;
  private static final int THREADS = 4;

  @TempDir Path folder;

  /** Searches move a descriptor that all threads share; each must still get its own answers. */
  @Test
  void manyThreadsOnOneHandle_seeTheirOwnPartOfTheFile() throws Exception {
    Path file = Places.sparseFile(folder, (long) PART * THREADS);
    try (Served served = Served.of(file);
        ExecutorService pool = Executors.newFixedThreadPool(THREADS)) {
      List<Future<?>> futures = new ArrayList<>();
      for (int thread = 0; thread < THREADS; thread++) {
        futures.add(pool.submit(worker(served, thread)));
      }
      for (Future<?> future : futures) {
        future.get(100, TimeUnit.SECONDS);
      }
    }
  }

  private static Callable<Void> worker(Served served, int thread) {
    long base = (long) thread * PART;
    byte[] model = new byte[PART];
    Random random = new Random(thread);
    return () -> {
      for (int round = 0; round < 400; round++) {
        int at = random.nextInt(PART);
        int count = 1 + random.nextInt(PART - at);
        byte value = (byte) (random.nextInt(4) == 0 ? 0 : thread + 1);
        Arrays.fill(model, at, at + count, value);
        if (value == 0) {
          served.punch(base + at, count);
        } else {
          served.fill(base + at, count, value);
        }
        assertArrayEquals(model, served.read(base, PART));
        for (Served.Extent extent : served.extents(base, PART)) {
          if (extent.type().readsAsZeroes()) {
            int from = (int) (extent.offset() - base);
            for (int byteAt = from; byteAt < from + extent.length(); byteAt++) {
              assertTrue(model[byteAt] == 0, "a hole at data");
            }
          }
        }
      }
      served.handle.trim(base, PART, Flags.NONE);
      return null;
    };
  }
}
