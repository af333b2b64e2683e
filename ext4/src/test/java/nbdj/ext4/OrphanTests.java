package nbdj.ext4;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files that were deleted or cut while the filesystem was left keep their blocks until it is
 * mounted or repaired, and can be neither seen nor overwritten meanwhile.
 */
final class OrphanTests {

  private static final int GONE = 600_000;
  private static final int CUT = 300_000;
  private static final int LEFT = 5_000;
  private static final int SPARSE = 8 << 20;

  @TempDir Path scratch;

  @BeforeAll
  static void requireTools() {
    Tools.require("mke2fs", "debugfs", "e2fsck");
  }

  private Path make(String options) throws IOException {
    Path tree = Files.createDirectories(scratch.resolve("tree"));
    Files.write(tree.resolve("gone"), SectorText.data(1, 0, 0, GONE));
    Files.write(tree.resolve("cut"), SectorText.data(2, 0, 0, CUT));
    try (var file = new java.io.RandomAccessFile(tree.resolve("sparse").toFile(), "rw")) {
      file.setLength(SPARSE);
    }
    Path image = scratch.resolve("image");
    new Shape(options, "6M", options).make(image, tree);
    return image;
  }

  private static long inode(Path image, String path) throws IOException {
    try (FileBlockDevice device = FileBlockDevice.open(image, true);
        Ext4FileSystem filesystem = Ext4FileSystem.open(device);
        Ext4File file = filesystem.file(path)) {
      return file.inode();
    }
  }

  /** Delete one file and cut another, as far as a kernel has when it is stopped. */
  private static long orphan(Path image) throws IOException {
    long gone = inode(image, "/gone");
    long cut = inode(image, "/cut");
    Tools.debugfs(
        image,
        List.of(
            "unlink /gone",
            "sif <%d> links_count 0".formatted(gone),
            "sif <%d> size %d".formatted(cut, LEFT)));
    return gone;
  }

  private static void chain(Path image, long gone) throws IOException {
    Tools.debugfs(
        image,
        List.of(
            "sif <%d> dtime %d".formatted(gone, inode(image, "/cut")),
            "ssv last_orphan %d".formatted(gone)));
  }

  /** Note orphans in the file that newer filesystems have for them. */
  private static void enter(Path image, long gone) throws IOException {
    long cut = inode(image, "/cut");
    try (FileBlockDevice device = FileBlockDevice.open(image, false)) {
      Superblock superblock = Superblock.read(device);
      Volume volume = Volume.open(device, superblock);
      Inode inode = volume.inodes.read(superblock.orphanFileInode());
      MapLeaf leaf = new FileContent(volume, inode, new MapBudget(10)).map().leafAt(0);
      byte[] entries = new byte[8];
      new Patch(entries).set32(0, (int) gone).set32(4, (int) cut);
      device.write(ByteBuffer.wrap(entries), leaf.physical(0) << volume.geometry.blockBits, false);
      byte[] raw = superblock.bytes();
      Patch patch = new Patch(raw);
      patch.set32(0x64, patch.get32(0x64) | 0x10000);
      device.write(ByteBuffer.wrap(raw), Superblock.OFFSET, true);
    }
  }

  private byte[] dump(Path image, String what) throws IOException {
    Path out = scratch.resolve("dump");
    Tools.must("debugfs", "-R", "dump %s %s".formatted(what, out), image.toString());
    return Files.readAllBytes(out);
  }

  /** Fill the filesystem, and what is left of the file that is being cut. */
  private static byte[] fill(Path image) throws IOException {
    byte[] written = new byte[SPARSE];
    try (FileBlockDevice device = FileBlockDevice.open(image, false);
        Ext4FileSystem filesystem = Ext4FileSystem.open(device);
        Ext4File sparse = filesystem.file("/sparse");
        Ext4File cut = filesystem.file("/cut")) {
      assertEquals("", filesystem.readOnlyReason().orElse(""));
      int chunk = 10_000;
      int at = 0;
      boolean full = false;
      while (!full) {
        byte[] bytes = SectorText.data(3, 1, at, chunk);
        try {
          sparse.write(ByteBuffer.wrap(bytes), at, false);
          System.arraycopy(bytes, 0, written, at, chunk);
          at += chunk;
        } catch (Ext4Exception e) {
          assertEquals(Ext4Exception.Kind.NO_SPACE, e.kind(), e.getMessage());
          full = true;
        }
      }
      assertTrue(at > 1 << 20, "only %d bytes fit".formatted(at));
      cut.write(ByteBuffer.wrap(SectorText.data(4, 1, 0, LEFT)), 0, true);
    }
    return written;
  }

  private void assertHarmless(Path image, long gone) throws IOException {
    byte[] deleted = dump(image, "<%d>".formatted(gone));
    assertArrayEquals(SectorText.data(1, 0, 0, GONE), deleted);
    byte[] written = fill(image);
    assertArrayEquals(deleted, dump(image, "<%d>".formatted(gone)), "a deleted file's blocks");
    // Whoever cleans up finds nothing but the orphans.
    Tools.Result repair = Tools.run(List.of("e2fsck", "-fp", image.toString()));
    assertTrue(repair.exit() <= 1, repair.output());
    Tools.assertClean(image);
    assertArrayEquals(written, dump(image, "/sparse"));
    assertArrayEquals(SectorText.data(4, 1, 0, LEFT), dump(image, "/cut"));
  }

  @Test
  void listOfOrphans_isLeftForTheNextMount() throws IOException {
    for (String options : List.of("-t ext4 -b 1024 -J size=1", "-t ext2 -b 1024")) {
      Path image = make(options);
      long gone = orphan(image);
      chain(image, gone);
      assertHarmless(image, gone);
    }
  }

  @Test
  void fileOfOrphans_isLeftForTheNextMount() throws IOException {
    Path image = make("-t ext4 -b 1024 -J size=1 -O orphan_file,^metadata_csum");
    long gone = orphan(image);
    enter(image, gone);
    assertHarmless(image, gone);
  }

  @Test
  void orphans_canBeNeitherFoundNorListed() throws IOException {
    Path image = make("-t ext4 -b 1024 -J size=1");
    chain(image, orphan(image));
    byte[] before = Files.readAllBytes(image);
    try (FileBlockDevice device = FileBlockDevice.open(image, false);
        Ext4FileSystem filesystem = Ext4FileSystem.open(device)) {
      filesystem.list(
          "/",
          entry -> {
            assertTrue(!entry.name().equals("gone"));
            return true;
          });
    }
    assertTrue(Arrays.equals(before, Files.readAllBytes(image)), "opening changes nothing");
  }
}
