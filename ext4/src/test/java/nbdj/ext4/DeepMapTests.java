package nbdj.ext4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A file in so many pieces that its extent tree has four levels, and its map does not fit the
 * memory it is given.
 */
final class DeepMapTests {

  private static final int PIECES = 30_000;
  private static final int BLOCK = 1024;

  @TempDir Path scratch;

  @Test
  void everyPiece_isFound() throws IOException {
    Tools.require("mke2fs");
    Path tree = Files.createDirectories(scratch.resolve("tree"));
    try (RandomAccessFile comb = new RandomAccessFile(tree.resolve("comb").toFile(), "rw")) {
      for (int i = 0; i < PIECES; i++) {
        comb.seek(4096L * i);
        comb.writeInt(i + 1);
      }
    }
    Path image = scratch.resolve("image");
    new Shape("deep", "160M", "-t ext4 -b 1024 -O ^has_journal").make(image, tree);
    try (FileBlockDevice device = FileBlockDevice.open(image, true)) {
      Volume volume = Volume.open(device, Superblock.read(device));
      Inode inode = PathResolver.resolve(volume, "/comb");
      assertTrue(LittleEndian.u16(inode.raw, Inode.MAP + 6) >= 3, "not as deep as meant");
      for (long budget : new long[] {1000, 1_000_000}) {
        FileContent content = new FileContent(volume, inode, new MapBudget(budget));
        assertAllThere(content, 1);
        assertAllThere(content, 7919);
      }
    }
  }

  /** Look at all pieces with a stride between them. */
  private static void assertAllThere(FileContent content, int stride) throws IOException {
    for (int i = 0; i < PIECES; i++) {
      long block = 4096L / BLOCK * ((long) i * stride % PIECES);
      MapLeaf leaf = content.map().leafAt(block);
      int index = leaf.indexOf(block);
      assertEquals(block, leaf.first(index));
      assertTrue(leaf.written(index));
    }
  }
}
