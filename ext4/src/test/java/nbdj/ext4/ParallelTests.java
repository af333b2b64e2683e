package nbdj.ext4;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Several threads fill and empty one file, or two, at one time. */
@Timeout(120)
final class ParallelTests {

  private static final int SIZE = 6 << 20;
  private static final int THREADS = 4;

  @TempDir static Path scratch;
  private static Path tree = Path.of("");

  @BeforeAll
  static void makeTree() throws IOException {
    Tools.require("mke2fs", "debugfs", "e2fsck");
    tree = Files.createDirectory(scratch.resolve("tree"));
    for (String name : List.of("one", "two")) {
      try (RandomAccessFile file = new RandomAccessFile(tree.resolve(name).toFile(), "rw")) {
        file.setLength(SIZE);
        file.seek(SIZE - 1);
        file.write(0);
      }
    }
  }

  private static Path image(String options) throws IOException {
    Path image = Files.createTempFile(scratch, "parallel", ".img");
    new Shape("parallel", "32M", options).make(image, tree);
    return image;
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

  /** Use parts of a file that are a thread's own, and lie between those of the others. */
  private static void use(Ext4FileSystem filesystem, String name, int part, byte[] model)
      throws IOException {
    Random random = new Random(part);
    int chunk = 37_000;
    for (int i = 0; i < 250; i++) {
      int number = random.nextInt(SIZE / chunk / THREADS) * THREADS + part;
      int from = number * chunk + random.nextInt(chunk);
      int length = 1 + random.nextInt((number + 1) * chunk - from);
      try (Ext4File file = filesystem.file(name)) {
        switch (random.nextInt(8)) {
          case 0, 1, 2, 3 -> {
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            file.write(ByteBuffer.wrap(bytes), from, random.nextInt(10) == 0);
            System.arraycopy(bytes, 0, model, from, length);
          }
          case 4, 5 -> {
            file.zero(from, length, random.nextBoolean(), false);
            Arrays.fill(model, from, from + length, (byte) 0);
          }
          case 6 -> file.flush();
          default ->
              assertTrue(
                  Arrays.equals(
                      Compare.read(file, from, length), 0, length, model, from, from + length),
                  () -> "part %d at %d".formatted(part, from));
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "-t ext4 -b 1024 -J size=1, 1",
    "-t ext4 -b 4096, 1",
    "-t ext4 -b 1024 -J size=1, 2",
    "-t ext4 -b 1024 -O ^has_journal, 2",
    "-t ext2 -b 1024, 1",
    "-t ext4 -b 4096 -O bigalloc -C 16384 -N 200, 1",
    "-t ext4 -b 1024 -O quota, 2",
  })
  void threads_onOneFileOrTwo_leaveWhatEachWrote(String options, int files) throws Exception {
    Path image = image(options);
    if (options.contains("quota")) {
      Tools.run(List.of("e2fsck", "-fy", image.toString()));
    }
    String[] names = {"/one", "/two"};
    byte[][] models = {new byte[SIZE], new byte[SIZE]};
    try (FileBlockDevice device = FileBlockDevice.open(image, false);
        Ext4FileSystem filesystem = Ext4FileSystem.open(device)) {
      inParallel(number -> use(filesystem, names[number % files], number, models[number % files]));
    }
    Tools.assertClean(image);
    try (FileBlockDevice device = FileBlockDevice.open(image, true);
        Ext4FileSystem filesystem = Ext4FileSystem.open(device)) {
      for (int i = 0; i < names.length; i++) {
        try (Ext4File file = filesystem.file(names[i])) {
          assertTrue(Arrays.equals(models[i], Compare.readAll(file)), names[i]);
        }
      }
    }
  }

  @Test
  void filesFilledSideBySideAndOutOfOrder_lieInFewPieces() throws Exception {
    Path image = image("-t ext4 -b 4096");
    int[] pieces = new int[2];
    try (FileBlockDevice device = FileBlockDevice.open(image, false);
        Ext4FileSystem filesystem = Ext4FileSystem.open(device);
        Ext4File one = filesystem.file("/one");
        Ext4File two = filesystem.file("/two")) {
      int chunk = 64 << 10;
      List<Ext4File> files = List.of(one, two);
      inParallel(number -> {
        // Two threads a file, as a copy with several requests under way writes it.
        for (int at = number / 2 * chunk; at + chunk <= SIZE; at += 2 * chunk) {
          files.get(number % 2).write(ByteBuffer.wrap(new byte[chunk]), at, false);
        }
      });
      for (int i = 0; i < pieces.length; i++) {
        int file = i;
        files
            .get(i)
            .map(
                0,
                SIZE,
                new RunVisitor() {
                  @Override
                  public void device(long deviceOffset, long length) {
                    pieces[file]++;
                  }

                  @Override
                  public void zeroes(long length, boolean hole) {
                    throw new AssertionError("a hole is left");
                  }

                  @Override
                  public void bytes(ByteBuffer content) {
                    throw new AssertionError("the file is inline");
                  }
                });
        assertTrue(pieces[i] <= 8, () -> "pieces: " + Arrays.toString(pieces));
      }
    }
    Tools.assertClean(image);
  }
}
