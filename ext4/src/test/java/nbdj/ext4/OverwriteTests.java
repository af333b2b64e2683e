package nbdj.ext4;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Overwriting files changes their bytes and nothing else. */
final class OverwriteTests {

  private static final long SEED = 23;
  private static final Set<String> WRITTEN =
      Set.of("plain/300001", "plain/65537", "plain/4096", "deep/a/b/c/d/e/f/leaf");

  @TempDir static Path scratch;
  private static Path tree = Path.of("");

  static Stream<Shape> shapes() {
    List<String> names =
        List.of(
            "ext2 1k",
            "ext2 revision 0",
            "ext2 64k",
            "ext3 4k, many groups",
            "ext4 1k",
            "ext4 4k",
            "ext4 no checksums",
            "ext4 uninit_bg",
            "ext4 checksums without extents",
            "ext4 meta_bg",
            "ext4 inline_data 256",
            "ext4 bigalloc 1k of 8k",
            "ext4 quota, project",
            "ext4 orphan_file");
    return Shape.all().stream().filter(shape -> names.contains(shape.name()));
  }

  @BeforeAll
  static void makeTree() throws IOException {
    Tools.require("mke2fs", "e2fsck");
    tree = SampleTree.make(Files.createDirectory(scratch.resolve("tree")), false);
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void randomOverwrites_changeNothingElse(Shape shape) throws IOException {
    Path image = Files.createTempFile(scratch, "shape", ".img");
    try {
      shape.make(image, tree);
      if (shape.options().contains("quota")) {
        // mke2fs -d does not count what it copies.
        assertEquals(1, Tools.run(List.of("e2fsck", "-fy", image.toString())).exit());
      }
      Random random = new Random(SEED);
      try (FileBlockDevice device = FileBlockDevice.open(image, false);
          Ext4FileSystem filesystem = Ext4FileSystem.open(device)) {
        assertEquals("", filesystem.readOnlyReason().orElse(""));
        for (String name : WRITTEN) {
          overwrite(filesystem, name, random);
        }
        assertOthersIntact(shape, filesystem);
      }
      Tools.assertClean(image);
    } finally {
      Files.delete(image);
    }
  }

  private static void overwrite(Ext4FileSystem filesystem, String name, Random random)
      throws IOException {
    byte[] model = Files.readAllBytes(tree.resolve(name));
    try (Ext4File writer = filesystem.file("/" + name);
        Ext4File reader = filesystem.file("/" + name)) {
      for (int i = 0; i < 60; i++) {
        int from = random.nextInt(model.length);
        int length = random.nextInt(Math.min(model.length - from, 20_000) + 1);
        if (random.nextInt(4) == 0) {
          writer.zero(from, length, random.nextBoolean(), random.nextBoolean());
          Arrays.fill(model, from, from + length, (byte) 0);
        } else {
          byte[] bytes = new byte[length];
          random.nextBytes(bytes);
          writer.write(ByteBuffer.wrap(bytes), from, random.nextBoolean());
          System.arraycopy(bytes, 0, model, from, length);
        }
        assertArrayEquals(
            Arrays.copyOfRange(model, from, from + length),
            Compare.read(reader, from, length),
            "seed " + SEED);
      }
      writer.flush();
      assertArrayEquals(model, Compare.readAll(reader), "seed " + SEED);
    }
    try (Ext4File again = filesystem.file("/" + name)) {
      assertArrayEquals(model, Compare.readAll(again), "seed " + SEED);
    }
  }

  private static void assertOthersIntact(Shape shape, Ext4FileSystem filesystem)
      throws IOException {
    int files = 0;
    try (Stream<Path> paths = Files.walk(tree)) {
      for (Path path :
          paths.filter(p -> Files.isRegularFile(p, LinkOption.NOFOLLOW_LINKS)).toList()) {
        String name = tree.relativize(path).toString();
        if (!WRITTEN.contains(name)
            && !name.startsWith("crowd")
            && !(shape.inline() && name.startsWith("sparse"))) {
          try (Ext4File file = filesystem.file("/" + name)) {
            Compare.assertSame(path, file);
            files++;
          }
        }
      }
    }
    assertTrue(files > 50);
  }
}
