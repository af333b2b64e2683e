package nbdj.ext4;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two files of a filesystem that is too small for both are trimmed and filled again by several
 * threads wherever they like, so that blocks go from one to the other all the time; and none is
 * ever seen in a file with what the other has written there.
 */
final class ReuseTests {

  private static final long SEED = 5;

  /** Length of either file. */
  private static final int SIZE = 6 << 20;

  private static final int THREADS = 6;
  private static final int LONGEST = 128;
  private static final byte[] OTHER = SectorText.data(9, 0, 0, 300_001);

  @TempDir static Path scratch;
  private static Path tree = Path.of("");

  @BeforeAll
  static void makeTree() throws IOException {
    Tools.require("mke2fs", "e2fsck");
    tree = Files.createDirectory(scratch.resolve("tree"));
    for (String name : List.of("1", "2")) {
      try (RandomAccessFile file = new RandomAccessFile(tree.resolve(name).toFile(), "rw")) {
        file.setLength(SIZE);
        file.seek(SIZE - 8192);
        file.write(WordText.sectors(Integer.parseInt(name), 0, (SIZE - 8192) / 512, 16).array());
      }
    }
    Files.write(tree.resolve("other"), OTHER);
  }

  @ParameterizedTest
  @Timeout(240)
  @ValueSource(
      strings = {
        "-t ext4 -b 1024 -J size=1",
        "-t ext4 -b 4096 -J size=4",
        "-t ext4 -b 1024 -O ^has_journal",
        "-t ext2 -b 1024",
        "-t ext3 -b 2048 -J size=2",
        "-t ext4 -b 1024 -J size=1 -O bigalloc -C 8192"
      })
  void blocksThatGoFromFileToFile_neverShowWhatTheOtherWrote(String options) throws Exception {
    run(options, SEED, 150);
  }

  @Tag("slow")
  @ParameterizedTest
  @ValueSource(
      strings = {
        "-t ext4 -b 1024 -J size=1",
        "-t ext4 -b 1024 -O ^has_journal",
        "-t ext4 -b 4096 -O ^has_journal,bigalloc -C 16384",
        "-t ext2 -b 1024"
      })
  void blocksThatGoFromFileToFileForLong_neverShowWhatTheOtherWrote(String options)
      throws Exception {
    for (long seed = SEED + 1; seed < SEED + 5; seed++) {
      run(options, seed, 3000);
    }
  }

  private static void run(String options, long seed, int steps) throws Exception {
    Path image = Files.createTempFile(scratch, "reuse", ".img");
    new Shape("reuse", "10M", options + " -N 64 -m 0").make(image, tree);
    AtomicLong written = new AtomicLong();
    Ext4Options discarding = Ext4Options.DEFAULT.withDiscard(true);
    try (FileBlockDevice device = FileBlockDevice.open(image, false);
        Ext4FileSystem filesystem = Ext4FileSystem.open(device, discarding)) {
      inParallel(thread -> use(filesystem, new Random(seed * 100 + thread), steps, written));
      assertTrue(written.get() > SIZE, () -> "only written: " + written);
    }
    Tools.assertClean(image);
    try (FileBlockDevice device = FileBlockDevice.open(image, true);
        Ext4FileSystem filesystem = Ext4FileSystem.open(device)) {
      for (int file = 1; file <= 2; file++) {
        try (Ext4File opened = filesystem.file("/" + file)) {
          check(opened, file, 0, SIZE / WordText.SECTOR);
        }
      }
      try (Ext4File other = filesystem.file("/other")) {
        assertArrayEquals(OTHER, Compare.readAll(other));
      }
    }
    Files.delete(image);
  }

  private interface Task {
    void run(int number) throws IOException;
  }

  private static void inParallel(Task task) throws Exception {
    try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        int number = i;
        all.add(
            pool.submit(() -> {
              task.run(number);
              return null;
            }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
  }

  private static void use(Ext4FileSystem filesystem, Random random, int steps, AtomicLong written)
      throws IOException {
    try (Ext4File one = filesystem.file("/1");
        Ext4File two = filesystem.file("/2")) {
      for (int step = 1; step <= steps; step++) {
        int number = 1 + random.nextInt(2);
        step(number == 1 ? one : two, number, random, step, written);
      }
    }
  }

  private static void step(
      Ext4File file, int number, Random random, int version, AtomicLong written)
      throws IOException {
    int count = 1 + random.nextInt(LONGEST);
    int sector = random.nextInt(SIZE / WordText.SECTOR - count);
    long offset = (long) sector * WordText.SECTOR;
    int length = count * WordText.SECTOR;
    try {
      switch (random.nextInt(16)) {
        case 0, 1, 2, 3, 4, 5 -> {
          file.write(
              WordText.sectors(number, version, sector, count), offset, random.nextInt(20) == 0);
          written.addAndGet(length);
        }
        case 6, 7 -> file.trim(offset, Math.min(SIZE - offset, 8L * length));
        case 8, 9 -> file.zero(offset, length, random.nextBoolean(), false);
        case 10 -> file.flush();
        default -> check(file, number, sector, count);
      }
    } catch (Ext4Exception e) {
      // There is not room for all, as is meant.
      assertEquals(Ext4Exception.Kind.NO_SPACE, e.kind(), e.getMessage());
    }
  }

  private static void check(Ext4File file, int number, long sector, int count) throws IOException {
    byte[] bytes = Compare.read(file, sector * WordText.SECTOR, count * WordText.SECTOR);
    assertEquals(Optional.empty(), WordText.fault(bytes, number, sector));
  }
}
