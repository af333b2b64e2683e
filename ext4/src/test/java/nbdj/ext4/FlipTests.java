package nbdj.ext4;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Bytes of metadata flipped at random, with no checksum to notice it: whatever happens ends soon
 * and is blamed on the image.
 */
final class FlipTests {

  private static final long SEED = Long.getLong("nbdj.seed", 31);
  private static final int ROUNDS = Integer.getInteger("nbdj.rounds", 500);
  private static final Duration LIMIT = Duration.ofSeconds(20L + ROUNDS / 10);

  @TempDir Path scratch;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-t ext4 -b 1024 -O ^metadata_csum,inline_data,^has_journal",
        "-t ext4 -b 1024 -O ^metadata_csum,meta_bg,^resize_inode,^flex_bg -g 512",
        "-t ext2 -b 1024",
        "-t ext3 -b 2048 -O large_dir",
        "-t ext4 -b 4096 -O ^metadata_csum,^has_journal,bigalloc -C 16384"
      })
  void randomFlips_endSoonAndCleanly(String options) throws IOException {
    Tools.require("mke2fs", "e2fsck");
    byte[] intact = FlipImage.make(scratch, options);
    int[] places = FlipImage.metadata(intact);
    assertTrue(places.length > 1000);
    byte[] image = intact.clone();
    assertTimeoutPreemptively(
        LIMIT,
        () -> {
          for (int round = 0; round < ROUNDS; round++) {
            Random random = new Random(SEED * ROUNDS + round);
            System.arraycopy(intact, 0, image, 0, image.length);
            int flips = 1 + random.nextInt(12);
            for (int i = 0; i < flips; i++) {
              int at = places[random.nextInt(places.length)];
              image[at] =
                  random.nextBoolean()
                      ? (byte) random.nextInt()
                      : (byte) (image[at] ^ (1 << random.nextInt(8)));
            }
            explore(image, round);
            overwrite(image, round);
          }
        });
  }

  private static void explore(byte[] image, int round) {
    MemoryDevice device = new MemoryDevice(image, false);
    try {
      Hostile.explore(device);
    } catch (RuntimeException | Error e) {
      throw new AssertionError("seed %d, round %d".formatted(SEED, round), e);
    }
    assertEquals(List.of(), device.takeChanges(), "seed " + SEED);
  }

  private static void overwrite(byte[] image, int round) {
    byte[] superblock = superblock(image);
    try {
      Hostile.overwrite(new MemoryDevice(image, false));
    } catch (RuntimeException | Error e) {
      throw new AssertionError("seed %d, round %d".formatted(SEED, round), e);
    }
    assertArrayEquals(superblock, superblock(image), "seed " + SEED);
  }

  /** Return the superblock but for what a writer changes in it. */
  private static byte[] superblock(byte[] image) {
    byte[] superblock = Arrays.copyOfRange(image, 1024, 2048);
    // Free blocks and inodes, the time, the state, the need of recovery, the checksum.
    int[] fields = {0x0C, 4, 0x10, 4, 0x30, 4, 0x3A, 2, 0x60, 1, 0x158, 4, 0x274, 1, 0x3FC, 4};
    for (int i = 0; i < fields.length; i += 2) {
      Arrays.fill(superblock, fields[i], fields[i] + fields[i + 1], (byte) 0);
    }
    return superblock;
  }
}
