package nbdj.ext4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A file that is filled and emptied in so many pieces that its extent tree has four levels. */
final class DeepFillTests {

  private static final long SEED = 71;
  private static final int BLOCK = 1024;
  private static final int PIECES = 24_000;

  @TempDir Path scratch;

  @Tag("slow")
  @ParameterizedTest
  @ValueSource(strings = {"-J size=4", "-O ^has_journal"})
  void scatteredPieces_areFilledAndGivenUp(String options) throws IOException {
    Tools.require("mke2fs", "e2fsck");
    Path tree = Files.createDirectory(scratch.resolve("tree"));
    try (RandomAccessFile comb = new RandomAccessFile(tree.resolve("comb").toFile(), "rw")) {
      comb.setLength(2L * PIECES * BLOCK);
    }
    Path image = scratch.resolve("image");
    new Shape("deep", "64M", "-t ext4 -b 1024 " + options).make(image, tree);
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < PIECES; i++) {
      order.add(i);
    }
    Random random = new Random(SEED);
    Collections.shuffle(order, random);
    try (FileBlockDevice device = FileBlockDevice.open(image, false);
        Ext4FileSystem filesystem = Ext4FileSystem.open(device);
        Ext4File file = filesystem.file("/comb")) {
      for (int i : order) {
        file.write(piece(i), 2L * i * BLOCK, false);
      }
    }
    Tools.assertClean(image);
    assertTrue(depth(image) >= 3, "not as deep as meant");
    Collections.shuffle(order, random);
    try (FileBlockDevice device = FileBlockDevice.open(image, false);
        Ext4FileSystem filesystem = Ext4FileSystem.open(device);
        Ext4File file = filesystem.file("/comb")) {
      for (int i : order) {
        assertEquals(piece(i), ByteBuffer.wrap(Compare.read(file, 2L * i * BLOCK, BLOCK)));
        file.trim(2L * i * BLOCK, BLOCK);
      }
    }
    Tools.assertClean(image);
    assertEquals(0, depth(image));
  }

  private static ByteBuffer piece(int number) {
    return ByteBuffer.wrap(SectorText.data(1, number, 0, BLOCK));
  }

  private static int depth(Path image) throws IOException {
    try (FileBlockDevice device = FileBlockDevice.open(image, true)) {
      Volume volume = Volume.open(device, Superblock.read(device));
      Inode inode = PathResolver.resolve(volume, "/comb");
      return LittleEndian.u16(inode.raw, Inode.MAP + 6);
    }
  }
}
