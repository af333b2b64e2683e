package nbdj.ext4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every shape of filesystem that the kernel can mount is read as it reads it, and what is written
 * here the kernel reads.
 */
@Tag("root")
final class MountedMatrixTests {

  private static final long SEED = 67;

  @TempDir static Path scratch;
  private static Path largeTree = Path.of("");
  private static Path smallTree = Path.of("");
  private static Path mount = Path.of("");

  /** Return all shapes, of which few kernels mount each, and more that most do. */
  static List<Shape> shapes() {
    return Stream.of(Shape.all(), more()).flatMap(List::stream).toList();
  }

  private static List<Shape> more() {
    return List.of(
        new Shape("ext2 4k, small groups", "64M", "-t ext2 -b 4096 -g 1024 -O ^resize_inode"),
        new Shape("ext3 1k, 128-byte inodes", "64M", "-t ext3 -b 1024 -I 128 -O ^resize_inode"),
        new Shape("ext4 inode fills block", "64M", "-t ext4 -b 1024 -I 1024 -O inline_data"),
        new Shape("ext4 2k inodes", "64M", "-t ext4 -b 4096 -I 2048"),
        new Shape("ext4 encrypt, verity", "64M", "-t ext4 -b 4096 -O encrypt,verity,stable_inodes"),
        new Shape("ext4 2k orphan_file", "64M", "-t ext4 -b 2048 -O orphan_file,fast_commit"),
        new Shape("ext4 bigalloc 1k of 2k", "64M", "-t ext4 -b 1024 -O bigalloc -C 2048 -N 2000"),
        new Shape(
            "ext4 bigalloc 4k of 1m", "512M", "-t ext4 -b 4096 -O bigalloc -C 1048576 -N 2000"),
        new Shape(
            "ext4 bigalloc 2k of 8k, inline_data, quota",
            "128M",
            "-t ext4 -b 2048 -O bigalloc,inline_data,quota -C 8192 -N 2000"),
        new Shape(
            "ext4 of nearly everything but casefold",
            "128M",
            "-t ext4 -b 1024 -I 512 -O inline_data,quota,project,orphan_file,large_dir,ea_inode,metadata_csum_seed,verity,encrypt,stable_inodes,fast_commit"));
  }

  @BeforeAll
  static void makeTree() throws IOException {
    Tools.require("mke2fs", "debugfs", "e2fsck", "mount", "umount");
    largeTree = SampleTree.make(Files.createDirectory(scratch.resolve("large")), true);
    smallTree = SampleTree.make(Files.createDirectory(scratch.resolve("small")), false);
    mount = Files.createDirectory(scratch.resolve("mount"));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void everyFile_isReadAsTheKernelReadsIt(Shape shape) throws IOException {
    Path image = Files.createTempFile(scratch, "shape", ".img");
    try {
      Path tree = shape.revision0() ? smallTree : largeTree;
      shape.make(image, tree);
      if (shape.extents()) {
        SampleTree.addUnwritten(tree, image);
      }
      // Names in an index, and quotas that count what mke2fs has copied.
      int exit = Tools.run(List.of("e2fsck", "-fyD", image.toString())).exit();
      assertTrue(exit <= 1, "e2fsck -fyD: exit " + exit);
      assertSameMounted(image);
      // A claim takes ten seconds, and is no different here.
      if (!shape.options().contains("mmp")) {
        change(image);
        Tools.assertClean(image);
        assertSameMounted(image);
      }
    } finally {
      Files.delete(image);
    }
  }

  /** Fill a hole, overwrite data and give some up. */
  private static void change(Path image) throws IOException {
    byte[] bytes = new byte[123_457];
    new Random(SEED).nextBytes(bytes);
    try (FileBlockDevice device = FileBlockDevice.open(image, false);
        Ext4FileSystem filesystem = Ext4FileSystem.open(device)) {
      assertEquals("", filesystem.readOnlyReason().orElse(""));
      try (Ext4File holes = filesystem.file("/sparse/middle");
          Ext4File plain = filesystem.file("/plain/300001")) {
        holes.write(ByteBuffer.wrap(bytes), 1_234_567, false);
        plain.write(ByteBuffer.wrap(bytes), 100_001, false);
        plain.zero(10_001, 80_000, true, false);
      }
    }
  }

  private static void assertSameMounted(Path image) throws IOException {
    Tools.Result mounted =
        Tools.run(List.of("mount", "-o", "loop,ro", image.toString(), mount.toString()));
    Assumptions.assumeTrue(mounted.exit() == 0, () -> "cannot mount it here: " + mounted.output());
    try (FileBlockDevice device = FileBlockDevice.open(image, true);
        Ext4FileSystem filesystem = Ext4FileSystem.open(device);
        Stream<Path> paths = Files.walk(mount)) {
      int files = 0;
      for (Path path : paths.toList()) {
        String name = "/" + mount.relativize(path);
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
          assertSameNames(path, filesystem, name);
        } else if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
          files++;
          try (Ext4File file = filesystem.file(name)) {
            Compare.assertSame(path, file);
          }
        }
      }
      assertTrue(files > SampleTree.CROWD, files + " files");
    } finally {
      Tools.must("umount", mount.toString());
    }
  }

  private static void assertSameNames(Path folder, Ext4FileSystem filesystem, String name)
      throws IOException {
    Set<String> expected = new TreeSet<>();
    try (Stream<Path> entries = Files.list(folder)) {
      entries.forEach(entry -> expected.add(entry.getFileName().toString()));
    }
    Set<String> found = new TreeSet<>();
    filesystem.list(name, entry -> found.add(entry.name()));
    assertEquals(expected, found, name);
  }
}
