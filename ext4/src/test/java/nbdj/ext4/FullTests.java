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
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A filesystem without free space refuses what needs it, and stays clean. */
final class FullTests {

  private static final int SIZE = 40 << 20;
  private static final int PIECE = 300_000;

  @TempDir static Path scratch;
  private static Path tree = Path.of("");

  @BeforeAll
  static void makeTree() throws IOException {
    Tools.require("mke2fs", "e2fsck");
    tree = Files.createDirectory(scratch.resolve("tree"));
    for (String name : List.of("one", "two")) {
      try (RandomAccessFile file = new RandomAccessFile(tree.resolve(name).toFile(), "rw")) {
        file.setLength(SIZE);
        file.write(1);
      }
    }
  }

  private static ByteBuffer bytes(int value, int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return ByteBuffer.wrap(bytes);
  }

  /** Write a file from its beginning until there is no more space; return where that was. */
  private static int fill(Ext4File file, int value) throws IOException {
    for (int at = 0; at + PIECE <= SIZE; at += PIECE) {
      ByteBuffer src = bytes(value, PIECE);
      try {
        file.write(src, at, false);
      } catch (Ext4Exception e) {
        assertEquals(Ext4Exception.Kind.NO_SPACE, e.kind(), e.getMessage());
        assertTrue(e.getMessage().contains("no space is left"), e.getMessage());
        assertEquals(PIECE, src.remaining(), "nothing is taken of what is not written");
        assertArrayEquals(new byte[PIECE - 1], Compare.read(file, at + 1, PIECE - 1));
        return at;
      }
    }
    throw new AssertionError("there was room for everything");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-t ext4 -b 1024 -J size=1",
        "-t ext4 -b 4096",
        "-t ext4 -b 1024 -O ^has_journal",
        "-t ext2 -b 1024",
        "-t ext3 -b 2048 -g 1024",
        "-t ext4 -b 4096 -O bigalloc -C 65536 -N 200",
        "-t ext4 -b 1024 -O quota"
      })
  void fullFilesystem_refusesAndIsCleanAndHasRoomAgain(String options) throws IOException {
    Path image = Files.createTempFile(scratch, "full", ".img");
    new Shape("full", "24M", options).make(image, tree);
    if (options.contains("quota")) {
      assertEquals(1, Tools.run(List.of("e2fsck", "-fy", image.toString())).exit());
    }
    try (FileBlockDevice device = FileBlockDevice.open(image, false);
        Ext4FileSystem filesystem = Ext4FileSystem.open(device);
        Ext4File one = filesystem.file("/one");
        Ext4File two = filesystem.file("/two")) {
      // What the other has claimed ahead is to be had, too.
      two.write(bytes(9, 10), 30 << 20, false);
      int end = fill(one, 7);
      assertTrue(end > 15 << 20, "there was room for " + end);
      assertThrows(Ext4Exception.class, () -> one.zero(end, PIECE, false, false));
      one.write(bytes(8, PIECE), 0, true);
      // The rest is used up by writes of single blocks.
      Ext4Exception last =
          assertThrows(
              Ext4Exception.class,
              () -> {
                for (int at = end; at < SIZE; at += 4096) {
                  one.write(bytes(6, 4096), at, false);
                }
              });
      assertEquals(Ext4Exception.Kind.NO_SPACE, last.kind());
      assertArrayEquals(bytes(8, PIECE).array(), Compare.read(one, 0, PIECE));
      one.trim(1 << 20, 8 << 20);
      // Without a flush in between, which the write asks for itself.
      two.write(bytes(5, 4 << 20), 1 << 20, false);
      one.flush();
      two.write(bytes(5, 2 << 20), 8 << 20, false);
      assertArrayEquals(new byte[7 << 20], Compare.read(one, (1 << 20) + 65_536, 7 << 20));
      assertArrayEquals(bytes(5, 4 << 20).array(), Compare.read(two, 1 << 20, 4 << 20));
    }
    Tools.assertClean(image);
  }
}
