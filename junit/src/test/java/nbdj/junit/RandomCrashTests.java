package nbdj.junit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import nbdj.api.Flag;
import nbdj.api.Flags;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Random operations and crashes, against a model that knows every byte of every change. */
class RandomCrashTests {
  private static final int SIZE = 8 * 512;
  private static final int ROUNDS = 300;
  private static final int MOST_UNFLUSHED = 8;

  @ParameterizedTest
  @EnumSource(Loss.class)
  void randomOperations_crash_leavesWhatItMay(Loss loss) throws IOException {
    long seed = ThreadLocalRandom.current().nextLong();
    System.out.println("seed: " + seed);
    Random random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      try (Disk disk = new Disk(SIZE)) {
        DiskModel model = new DiskModel(SIZE);
        int operations = random.nextInt(40);
        for (int i = 0; i < operations; i++) {
          operate(disk, model, random);
          assertArrayEquals(model.current(), disk.read(0, SIZE), () -> "seed " + seed);
          assertArrayEquals(model.durable(), disk.below(0, SIZE), () -> "seed " + seed);
        }
        assertEquals(model.unflushed(), disk.filter.medium("").unflushed(), () -> "seed " + seed);
        Crash crash = disk.filter.crash(loss, random.nextLong());
        assertEquals(model.unflushed(), crash.unflushed(), () -> "seed " + seed);
        byte[] left = disk.below(0, SIZE);
        switch (loss) {
          case ALL -> assertArrayEquals(model.durable(), left, () -> "seed " + seed);
          case SOME -> assertTrue(model.mayLeave(left, crash.kept()), () -> "seed " + seed);
          case TORN -> assertTrue(model.mayLeaveInSectors(left), () -> "seed " + seed);
        }
      }
    }
  }

  private static void operate(Disk disk, DiskModel model, Random random) throws IOException {
    int offset = random.nextInt(SIZE);
    int count = 1 + random.nextInt(SIZE - offset);
    boolean fua = random.nextInt(4) == 0;
    Flags flags = fua ? Disk.FUA : Flags.NONE;
    if (!fua && model.unflushed() == MOST_UNFLUSHED) {
      disk.next.flush();
      model.flush();
    }
    switch (random.nextInt(6)) {
      case 0 -> {
        disk.next.flush();
        model.flush();
      }
      case 1 -> {
        disk.next.zero(offset, count, random.nextBoolean() ? flags : flags.with(Flag.MAY_TRIM));
        model.change(offset, new byte[count], fua, true);
      }
      case 2 -> {
        disk.next.trim(offset, count, flags);
        model.change(offset, new byte[count], fua, fua);
      }
      default -> {
        byte[] bytes = new byte[count];
        Arrays.fill(bytes, (byte) (1 + random.nextInt(255)));
        disk.write(offset, bytes, flags);
        model.change(offset, bytes, fua, true);
      }
    }
  }
}
