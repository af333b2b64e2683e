package nbdj.ext4;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that take more space than 32 bits count in units of 512 bytes. */
final class VastFileTests {

  /** What an inode without huge_file can count. */
  private static final long TWO_TEBIBYTES = 1L << 41;

  private static final long VAST = TWO_TEBIBYTES + (1L << 30);
  private static final int CLUSTER = 1 << 20;

  @TempDir Path scratch;

  @BeforeEach
  void requireTools() {
    Tools.require("mke2fs", "e2fsck", "debugfs");
  }

  private Path image(String size, String options, String name, long length) throws IOException {
    Path tree = Files.createDirectory(scratch.resolve("tree"));
    try (RandomAccessFile file = new RandomAccessFile(tree.resolve(name).toFile(), "rw")) {
      file.setLength(length);
    } catch (IOException e) {
      Assumptions.abort("no file can be so long here: " + e.getMessage());
    }
    Path image = scratch.resolve("image");
    new Shape(name, size, options).make(image, tree);
    return image;
  }

  private Path vastImage(String features) throws IOException {
    String options = "-t ext4 -b 4096 -O bigalloc,^resize_inode" + features;
    return image("3T", options + " -C " + CLUSTER + " -N 128", "vast", VAST);
  }

  private static long sectors(Path image, String name) {
    String stat = Tools.must("debugfs", "-R", "stat " + name, image.toString());
    return Long.parseLong(stat.replaceAll("(?s).*Blockcount: (\\d+).*", "$1"));
  }

  @Tag("slow")
  @ParameterizedTest
  @ValueSource(strings = {"", ",^has_journal", ",quota"})
  void moreThanTwoTebibytes_areAllocatedWrittenAndGivenUp(String features) throws IOException {
    Path image = vastImage(features);
    if (features.contains("quota")) {
      Tools.run(List.of("e2fsck", "-fy", image.toString()));
    }
    byte[] bytes = SectorText.data(1, 1, 0, 3 * CLUSTER + 5);
    long place = TWO_TEBIBYTES - CLUSTER - 77;
    try (FileBlockDevice device = FileBlockDevice.open(image, false);
        Ext4FileSystem filesystem = Ext4FileSystem.open(device);
        Ext4File file = filesystem.file("/vast")) {
      file.zero(0, TWO_TEBIBYTES - CLUSTER, false, false);
      file.flush();
      file.zero(TWO_TEBIBYTES - CLUSTER, VAST - TWO_TEBIBYTES + CLUSTER, false, false);
      file.write(ByteBuffer.wrap(bytes), place, true);
    }
    Tools.assertClean(image);
    assertTrue(sectors(image, "vast") >= VAST / 512);
    try (FileBlockDevice device = FileBlockDevice.open(image, false);
        Ext4FileSystem filesystem = Ext4FileSystem.open(device);
        Ext4File file = filesystem.file("/vast")) {
      assertArrayEquals(bytes, Compare.read(file, place, bytes.length));
      assertArrayEquals(new byte[CLUSTER], Compare.read(file, VAST - CLUSTER, CLUSTER));
      file.trim(0, VAST);
    }
    Tools.assertClean(image);
    assertEquals(0, sectors(image, "vast"));
  }

  @Tag("slow")
  @Test
  void moreThanAnInodeCanCount_isRefusedAndNothingIsChanged() throws IOException {
    Path image = vastImage(",^huge_file");
    try (FileBlockDevice device = FileBlockDevice.open(image, false);
        Ext4FileSystem filesystem = Ext4FileSystem.open(device);
        Ext4File file = filesystem.file("/vast")) {
      // The nodes of the map are counted, too.
      long most = TWO_TEBIBYTES - (1L << 30);
      file.zero(0, most, false, false);
      long left = VAST - most;
      Ext4Exception full =
          assertThrows(Ext4Exception.class, () -> file.zero(most, left, false, false));
      assertEquals(Ext4Exception.Kind.NO_SPACE, full.kind());
      assertTrue(full.getMessage().contains("huge_file"), full.getMessage());
      // What there is room for is still written.
      file.write(ByteBuffer.allocate(CLUSTER), most, true);
    }
    Tools.assertClean(image);
    assertTrue(sectors(image, "vast") > (TWO_TEBIBYTES - (1L << 30)) / 512);
  }
}
