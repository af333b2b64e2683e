package nbdj.ext4;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the kernel writes is read here, and what is written here the kernel reads. */
@Tag("root")
final class KernelTests {

  private static final long SEED = 53;
  private static final int NAMES = 3000;

  @TempDir Path scratch;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-t ext2 -b 1024",
        "-t ext3 -b 4096",
        "-t ext4 -b 1024",
        "-t ext4 -b 2048 -O ^metadata_csum,uninit_bg",
        "-t ext4 -b 4096 -O bigalloc -C 16384",
        "-t ext4 -b 4096 -O inline_data,large_dir"
      })
  void kernelAndEngine_readEachOther(String options) throws IOException {
    Tools.require("mke2fs", "mount", "umount", "fallocate", "e2fsck");
    Path image = scratch.resolve("image");
    Path mount = Files.createDirectories(scratch.resolve("mount"));
    new Shape(options, "96M", options + " -N 8000")
        .make(image, Files.createDirectories(scratch.resolve("tree")));
    Map<String, byte[]> expected = new TreeMap<>();
    mount(image, mount);
    try {
      populate(mount, expected);
    } finally {
      Tools.must("umount", mount.toString());
    }
    try (FileBlockDevice device = FileBlockDevice.open(image, false);
        Ext4FileSystem filesystem = Ext4FileSystem.open(device)) {
      assertEquals("", filesystem.readOnlyReason().orElse(""));
      for (var file : expected.entrySet()) {
        try (Ext4File found = filesystem.file("/" + file.getKey())) {
          assertArrayEquals(file.getValue(), Compare.readAll(found), file.getKey());
        }
      }
      overwrite(filesystem, expected);
    }
    Tools.assertClean(image);
    mount(image, mount);
    try {
      for (var file : expected.entrySet()) {
        assertArrayEquals(
            file.getValue(), Files.readAllBytes(mount.resolve(file.getKey())), file.getKey());
      }
    } finally {
      Tools.must("umount", mount.toString());
    }
  }

  @Test
  void indexOfThreeLevels_findsItsNames() throws IOException {
    Tools.require("mke2fs", "mount", "umount");
    Path image = scratch.resolve("image");
    Path mount = Files.createDirectories(scratch.resolve("mount"));
    Path empty = Files.createDirectories(scratch.resolve("tree"));
    new Shape("large_dir", "96M", "-t ext4 -b 1024 -O large_dir,^has_journal").make(image, empty);
    mount(image, mount);
    try {
      Path target = Files.writeString(mount.resolve("target"), "here");
      Files.createDirectories(mount.resolve("crowd"));
      for (int i = 0; i < 60_000; i++) {
        Files.createLink(mount.resolve("crowd/" + longName(i)), target);
      }
    } finally {
      Tools.must("umount", mount.toString());
    }
    try (FileBlockDevice device = FileBlockDevice.open(image, true)) {
      Volume volume = Volume.open(device, Superblock.read(device));
      Inode inode = PathResolver.resolve(volume, "/crowd");
      BlockMap map = new FileContent(volume, inode, new MapBudget(100_000)).map();
      DirectoryBlocks blocks =
          new DirectoryBlocks(volume, inode, map, LookupBudget.of(volume.geometry));
      assertEquals(2, blocks.read(0)[0x1E], "levels below the root");
      long target = PathResolver.resolve(volume, "/target").number;
      for (int i = 0; i < 70_000; i += 7) {
        byte[] name = longName(i).getBytes(StandardCharsets.UTF_8);
        assertEquals(i < 60_000 ? target : 0, new HashIndex(volume, inode, blocks, name).find());
      }
    }
  }

  private static String longName(int i) {
    return "%06d-%s".formatted(i, "z".repeat(248));
  }

  private static void mount(Path image, Path mount) {
    Tools.Result result =
        Tools.run(List.of("mount", "-o", "loop", image.toString(), mount.toString()));
    Assumptions.assumeTrue(result.exit() == 0, () -> "cannot mount here: " + result.output());
  }

  /**
   * Make files in ways that only a kernel has: interleaved growth, preallocation, punched holes, a
   * growing index.
   */
  private static void populate(Path mount, Map<String, byte[]> expected) throws IOException {
    Random random = new Random(SEED);
    try (RandomAccessFile one = new RandomAccessFile(mount.resolve("one").toFile(), "rw");
        RandomAccessFile two = new RandomAccessFile(mount.resolve("two").toFile(), "rw")) {
      for (int i = 0; i < 200; i++) {
        byte[] bytes = new byte[random.nextInt(12_000)];
        random.nextBytes(bytes);
        (i % 2 == 0 ? one : two).write(bytes);
        (i % 2 == 0 ? one : two).getFD().sync();
      }
    }
    Files.createDirectories(mount.resolve("many/folders"));
    for (int i = 0; i < NAMES; i++) {
      String name = "many/name-%d-%s".formatted(i, "y".repeat(i % 90));
      Files.writeString(mount.resolve(name), "content of " + i);
    }
    Path holes = Files.copy(mount.resolve("one"), mount.resolve("holes"));
    Tools.run(List.of("fallocate", "-p", "-o", "100000", "-l", "200000", holes.toString()));
    Tools.run(List.of("fallocate", "-l", "2000000", mount.resolve("two").toString()));
    for (String name : List.of("one", "two", "holes")) {
      expected.put(name, Files.readAllBytes(mount.resolve(name)));
    }
    for (int i = 0; i < NAMES; i++) {
      String name = "many/name-%d-%s".formatted(i, "y".repeat(i % 90));
      expected.put(name, Files.readAllBytes(mount.resolve(name)));
    }
    assertTrue(expected.size() > NAMES);
  }

  private static void overwrite(Ext4FileSystem filesystem, Map<String, byte[]> expected)
      throws IOException {
    Random random = new Random(SEED + 1);
    byte[] model = Objects.requireNonNull(expected.get("one"));
    try (Ext4File file = filesystem.file("/one")) {
      for (int i = 0; i < 100; i++) {
        byte[] bytes = new byte[1 + random.nextInt(30_000)];
        random.nextBytes(bytes);
        int at = random.nextInt(model.length - bytes.length);
        file.write(ByteBuffer.wrap(bytes), at, i % 10 == 0);
        System.arraycopy(bytes, 0, model, at, bytes.length);
      }
      file.flush();
      assertTrue(Arrays.equals(model, Compare.readAll(file)));
    }
  }
}
