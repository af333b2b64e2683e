package nbdj.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import nbdj.api.Flags;
import nbdj.memory.Disk.Extent;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs random operations on the plugin and on a byte array, and compares them. */
final class RandomOperationsTests {
  private static final int WINDOW = 12 * Disk.PAGE;
  private static final long LEAF = (long) Disk.PAGE * PageTree.FANOUT;

  @ParameterizedTest
  @CsvSource({
    "393216, sparse",
    "393216, malloc",
    "1099511627776, sparse",
    "9223372036854775807, sparse",
  })
  void randomOperations_agreeWithAnArray(long size, String allocator) throws IOException {
    long seed = Long.getLong("nbdj.seed", System.nanoTime());
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    long[] bases = {0, size - WINDOW, Math.max(0, Math.min(size - WINDOW, LEAF - WINDOW / 2))};
    for (long base : bases) {
      try (Disk disk = Disk.of(Long.toString(size), allocator)) {
        run(random, disk, base);
      }
    }
  }

  private static void run(Random random, Disk disk, long base) throws IOException {
    byte[] model = new byte[WINDOW];
    for (int step = 0; step < 600; step++) {
      int at = random.nextInt(WINDOW);
      int count = 1 + random.nextInt(Math.min(WINDOW - at, 1 << random.nextInt(19)));
      if (random.nextBoolean()) {
        at = at / Disk.PAGE * Disk.PAGE;
        count = Math.min(WINDOW - at, (count + Disk.PAGE - 1) / Disk.PAGE * Disk.PAGE);
      }
      switch (random.nextInt(6)) {
        case 0, 1 -> {
          byte[] bytes = new byte[count];
          random.nextBytes(bytes);
          System.arraycopy(bytes, 0, model, at, count);
          disk.write(base + at, bytes);
        }
        case 2 -> {
          Arrays.fill(model, at, at + count, (byte) 0);
          disk.zero(base + at, count);
        }
        case 3 -> {
          Arrays.fill(model, at, at + count, (byte) 0);
          disk.punch(base + at, count);
        }
        case 4 -> {
          Arrays.fill(model, at, at + count, (byte) 0);
          disk.handle.trim(base + at, count, Flags.NONE);
        }
        default -> check(disk, base, model, at, count);
      }
    }
    check(disk, base, model, 0, WINDOW);
  }

  private static void check(Disk disk, long base, byte[] model, int at, int count)
      throws IOException {
    assertArrayEquals(Arrays.copyOfRange(model, at, at + count), disk.read(base + at, count));
    long told = 0;
    for (Extent extent : disk.extents(base + at, count)) {
      int from = (int) (extent.offset() - base);
      int to = from + (int) extent.length();
      told += extent.length();
      if (extent.type().readsAsZeroes()) {
        assertArrayEquals(new byte[to - from], Arrays.copyOfRange(model, from, to));
      }
    }
    assertEquals(count, told);
  }
}
