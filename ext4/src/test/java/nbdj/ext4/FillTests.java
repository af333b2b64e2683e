package nbdj.ext4;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files with holes are filled and emptied at random, in every shape of filesystem. */
final class FillTests {

  private static final long SEED = 41;
  private static final int STEPS = 120;
  private static final int SIZE = 1_500_001;

  @TempDir static Path scratch;
  private static Path tree = Path.of("");
  private static final Map<String, byte[]> FILES = new TreeMap<>();

  static Stream<Shape> shapes() {
    // A claim takes ten seconds, and is no different here.
    return Shape.all().stream().filter(shape -> !shape.options().contains("mmp"));
  }

  @BeforeAll
  static void makeTree() throws IOException {
    Tools.require("mke2fs", "debugfs", "e2fsck");
    tree = Files.createDirectory(scratch.resolve("tree"));
    Random random = new Random(SEED);
    byte[] dense = new byte[SIZE];
    random.nextBytes(dense);
    file("dense", SIZE, dense, 0, SIZE);
    file("hole", SIZE, dense, SIZE - 1, 1);
    file("sparse", SIZE, dense, 0, 70_000, 200_000, 5_000, 900_000, 1, SIZE - 4000, 4000);
    file("prepared", SIZE, dense, 0, 10, SIZE - 1, 1);
    file("other", 100_000, dense, 0, 100_000);
    // Where inodes hold data, the first is all in one, and the second in an attribute, too.
    file("tiny", 60, dense, 0, 60);
    file("small", 130, dense, 0, 130);
    int[] comb = new int[200];
    for (int i = 0; i < 100; i++) {
      comb[2 * i] = i * 8192;
      comb[2 * i + 1] = 4096;
    }
    file("comb", 99 * 8192 + 4096, dense, comb);
  }

  private static void file(String name, int size, byte[] from, int... pieces) throws IOException {
    byte[] content = new byte[size];
    try (RandomAccessFile file = new RandomAccessFile(tree.resolve(name).toFile(), "rw")) {
      file.setLength(size);
      for (int i = 0; i < pieces.length; i += 2) {
        System.arraycopy(from, pieces[i], content, pieces[i], pieces[i + 1]);
        file.seek(pieces[i]);
        file.write(from, pieces[i], pieces[i + 1]);
      }
    }
    FILES.put(name, content);
  }

  private static void make(Shape shape, Path image) throws IOException {
    shape.make(image, tree);
    if (shape.extents() && !shape.options().contains("bigalloc")) {
      Tools.debugfs(image, List.of("fallocate prepared 0 700"));
    }
    // mke2fs -d does not count what it copies for quotas, and debugfs counts nothing.
    int exit = Tools.run(List.of("e2fsck", "-fy", image.toString())).exit();
    assertEquals(0, exit & ~1);
    Tools.assertClean(image);
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void randomUse_leavesACleanFilesystemWithTheRightContent(Shape shape) throws IOException {
    Path image = Files.createTempFile(scratch, "shape", ".img");
    try {
      make(shape, image);
      Map<String, byte[]> models = new TreeMap<>();
      FILES.forEach((name, content) -> models.put(name, content.clone()));
      try (FileBlockDevice device = FileBlockDevice.open(image, false);
          Ext4FileSystem filesystem = Ext4FileSystem.open(device)) {
        for (String name :
            List.of("hole", "sparse", "prepared", "dense", "comb", "tiny", "small")) {
          use(filesystem, name, Objects.requireNonNull(models.get(name)));
        }
        for (String name : FILES.keySet()) {
          try (Ext4File file = filesystem.file("/" + name)) {
            assertArrayEquals(models.get(name), Compare.readAll(file), name);
          }
        }
      }
      Tools.assertClean(image);
      Path dump = scratch.resolve("dump");
      for (String name : FILES.keySet()) {
        Tools.must("debugfs", "-R", "dump " + name + " " + dump, image.toString());
        assertArrayEquals(models.get(name), Files.readAllBytes(dump), name);
      }
    } finally {
      Files.delete(image);
    }
  }

  private static void use(Ext4FileSystem filesystem, String name, byte[] model) throws IOException {
    try (Ext4File file = filesystem.file("/" + name)) {
      ModelFile used = new ModelFile(file, model, SEED + name.hashCode());
      for (int i = 0; i < STEPS; i++) {
        used.step();
      }
      used.checkAll();
    }
  }
}
