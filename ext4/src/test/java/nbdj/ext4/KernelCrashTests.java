package nbdj.ext4;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Images as a kernel leaves them when the power fails: what the engine finds after a replay, in
 * memory and in place, is what the kernel finds.
 */
@Tag("root")
final class KernelCrashTests {

  private static final long SEED = 1789;
  private static final int CUTS = 6;

  @TempDir Path scratch;

  @ParameterizedTest
  @CsvSource({
    "'-t ext4 -b 4096', ''",
    "'-t ext4 -b 1024', ''",
    "'-t ext4 -b 1024 -O ^64bit', ''",
    "'-t ext4 -b 1024 -O ^metadata_csum', journal_checksum",
    "'-t ext4 -b 1024 -O ^metadata_csum', journal_async_commit",
    "'-t ext4 -b 1024 -O ^metadata_csum,^64bit', ''",
    "'-t ext3 -b 1024', ''",
    "'-t ext3 -b 4096', data=journal",
    "'-t ext4 -b 4096 -O bigalloc -C 16384', ''",
    "'-t ext4 -b 1024 -O inline_data,orphan_file', ''",
  })
  void image_cutWhileInUse_isRecoveredAsByTheKernel(String options, String mountOptions)
      throws IOException {
    Tools.require("mke2fs", "mount", "umount", "e2fsck");
    Path image = scratch.resolve("image");
    Path mount = Files.createDirectories(scratch.resolve("mount"));
    String shape = options + (options.contains("4096") ? " -J size=4" : " -J size=1");
    new Shape(options, "48M", shape).make(image, Files.createDirectories(scratch.resolve("tree")));
    List<Path> cuts = new ArrayList<>();
    // No commit but those of fsync, so that an image does not change while it is copied.
    mount(image, mount, "commit=300" + (mountOptions.isEmpty() ? "" : "," + mountOptions));
    try (RandomAccessFile deleted = new RandomAccessFile(mount.resolve("gone").toFile(), "rw")) {
      deleted.write(new byte[100_000]);
      Work work = new Work(mount, new Random(SEED));
      for (int i = 0; i < CUTS; i++) {
        work.go();
        if (i == CUTS / 2) {
          // From here on it is an orphan.
          Files.delete(mount.resolve("gone"));
        }
        cuts.add(Files.copy(image, scratch.resolve("cut" + i)));
      }
    } finally {
      Tools.must("umount", mount.toString());
    }
    int needed = 0;
    for (Path cut : cuts) {
      needed += check(cut, mount) ? 1 : 0;
    }
    assertTrue(needed >= CUTS - 1, needed + " images needed recovery");
  }

  /** Random work on a tree of files; some of it is synced. */
  private record Work(Path root, Random random) {

    void go() throws IOException {
      for (int i = 0; i < 60; i++) {
        Path folder = root.resolve("d" + random.nextInt(5));
        switch (random.nextInt(6)) {
          case 0 -> removeAll(folder);
          case 1 -> cut(folder);
          default -> write(folder);
        }
      }
      sync(root.resolve("last"));
    }

    private void removeAll(Path folder) throws IOException {
      if (Files.isDirectory(folder)) {
        for (Path file : list(folder)) {
          Files.delete(file);
        }
        Files.delete(folder);
      }
    }

    private void cut(Path folder) throws IOException {
      if (Files.isDirectory(folder)) {
        for (Path file : list(folder)) {
          try (RandomAccessFile some = new RandomAccessFile(file.toFile(), "rw")) {
            some.setLength(some.length() / 2);
          }
        }
      }
    }

    private void write(Path folder) throws IOException {
      Files.createDirectories(folder);
      Path file = folder.resolve("f" + random.nextInt(40));
      try (RandomAccessFile some = new RandomAccessFile(file.toFile(), "rw")) {
        for (int i = 0; i < 4; i++) {
          byte[] bytes = new byte[random.nextInt(20_000)];
          random.nextBytes(bytes);
          some.seek(random.nextInt(200_000));
          some.write(bytes);
        }
        if (random.nextInt(4) == 0) {
          some.getFD().sync();
        }
      }
    }

    private void sync(Path file) throws IOException {
      try (RandomAccessFile some = new RandomAccessFile(file.toFile(), "rw")) {
        some.seek(some.length());
        some.write(new byte[1 + random.nextInt(5000)]);
        some.getFD().sync();
      }
    }
  }

  /** Compare recoveries of one image, and tell whether it needed any. */
  private boolean check(Path cut, Path mount) throws IOException {
    byte[] before = Files.readAllBytes(cut);
    boolean needed;
    try (FileBlockDevice device = FileBlockDevice.open(cut, true)) {
      needed = Superblock.read(device).has(Feature.RECOVER);
    }
    Path byKernel = Files.copy(cut, scratch.resolve("by-kernel"));
    Map<String, byte[]> expected = new TreeMap<>();
    mustMount(byKernel, mount);
    try {
      collect(mount, expected);
    } finally {
      Tools.must("umount", mount.toString());
    }
    Files.delete(byKernel);
    assertTrue(expected.size() > 3, () -> expected.keySet().toString());
    try (FileBlockDevice device = FileBlockDevice.open(cut, true)) {
      assertHolds(expected, device);
    }
    assertArrayEquals(before, Files.readAllBytes(cut), "nothing is written");
    try (FileBlockDevice device = FileBlockDevice.open(cut, false)) {
      assertHolds(expected, device);
      assertFalse(Superblock.read(device).has(Feature.RECOVER));
    }
    // The kernel deletes orphans, and then nothing is wrong.
    mustMount(cut, mount);
    Tools.must("umount", mount.toString());
    Tools.assertClean(cut);
    return needed;
  }

  private static void assertHolds(Map<String, byte[]> expected, BlockDevice device)
      throws IOException {
    try (Ext4FileSystem filesystem = Ext4FileSystem.open(device)) {
      assertEquals(device.readOnly(), !filesystem.writable());
      for (Map.Entry<String, byte[]> one : expected.entrySet()) {
        try (Ext4File file = filesystem.file(one.getKey())) {
          assertArrayEquals(one.getValue(), Compare.readAll(file), one.getKey());
        }
      }
    }
  }

  private static void collect(Path mount, Map<String, byte[]> found) throws IOException {
    try (Stream<Path> paths = Files.walk(mount)) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        found.put("/" + mount.relativize(path), Files.readAllBytes(path));
      }
    }
  }

  private static List<Path> list(Path folder) {
    try (Stream<Path> paths = Files.list(folder)) {
      return paths.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void mount(Path image, Path mount, String options) {
    Tools.Result result =
        Tools.run(List.of("mount", "-o", "loop," + options, image.toString(), mount.toString()));
    Assumptions.assumeTrue(result.exit() == 0, () -> "cannot mount here: " + result.output());
  }

  private static void mustMount(Path image, Path mount) {
    Tools.must("mount", "-o", "loop", image.toString(), mount.toString());
  }

  @Test
  void fastCommits_areRefusedByName() throws IOException {
    Tools.require("mke2fs", "mount", "umount");
    Path image = scratch.resolve("image");
    Path mount = Files.createDirectories(scratch.resolve("mount"));
    new Shape("fast", "64M", "-t ext4 -b 4096 -O fast_commit -J size=8")
        .make(image, Files.createDirectories(scratch.resolve("tree")));
    mount(image, mount, "commit=300");
    Path cut;
    try (RandomAccessFile file = new RandomAccessFile(mount.resolve("file").toFile(), "rw")) {
      file.write(new byte[5000]);
      file.getFD().sync();
      Tools.must("sync", "-f", mount.toString());
      file.write(new byte[5000]);
      file.getFD().sync();
      cut = Files.copy(image, scratch.resolve("cut"));
    } finally {
      Tools.must("umount", mount.toString());
    }
    byte[] before = Files.readAllBytes(cut);
    try (FileBlockDevice device = FileBlockDevice.open(cut, false)) {
      Ext4Exception refusal = assertThrows(Ext4Exception.class, () -> Ext4FileSystem.open(device));
      assertTrue(refusal.getMessage().contains("it holds fast commits"), refusal.getMessage());
    }
    assertArrayEquals(before, Files.readAllBytes(cut), "nothing is written");
  }
}
