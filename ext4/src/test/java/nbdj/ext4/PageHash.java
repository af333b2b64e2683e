package nbdj.ext4;

import java.util.Arrays;
import java.util.BitSet;

/** A hash of 64 bits by which images are compared, perhaps leaving out what does not matter. */
final class PageHash {

  /** The hash of all there is. */
  static final PageHash EVERYTHING = new PageHash(new BitSet(), false);

  private static final long PRIME = 0x9E37_79B9_7F4A_7C15L;
  private static final int SECTORS = PagedImage.PAGE / SectorText.SECTOR;

  /**
   * Fields of the superblock that tell when it was written and how much; its checksum follows them.
   */
  private static final int[][] VOLATILE = {{0x2C, 8}, {0x178, 8}, {0x274, 6}, {0x3FC, 4}};

  private final BitSet ignored;
  private final boolean metadataOnly;

  private PageHash(BitSet ignored, boolean metadataOnly) {
    this.ignored = ignored;
    this.metadataOnly = metadataOnly;
  }

  /**
   * Make a hash that takes all sectors of data and poison for the same, and all times of writing,
   * since what a checker of metadata finds does not depend on them.
   *
   * @param ignored sectors of no influence, such as those of a log that is empty
   */
  static PageHash ofMetadata(BitSet ignored) {
    return new PageHash(ignored, true);
  }

  /** Return the hash of a page, which depends on its place, too; never 0. */
  long of(byte[] content, int index) {
    byte[] page = metadataOnly && index == 0 ? withoutTimes(content) : content;
    long hash = mix(index + 1L);
    for (int sector = 0; sector < SECTORS; sector++) {
      int at = sector * SectorText.SECTOR;
      if (ignored.get(index * SECTORS + sector)) {
        continue;
      }
      if (metadataOnly && SectorText.isText(page, at)) {
        hash = (hash ^ SectorText.DATA) * PRIME;
        continue;
      }
      for (int end = at + SectorText.SECTOR; at < end; at += Long.BYTES) {
        hash = (hash ^ LittleEndian.i64(page, at)) * PRIME;
        hash ^= hash >>> 29;
      }
    }
    hash = mix(hash);
    return hash == 0 ? 1 : hash;
  }

  private static byte[] withoutTimes(byte[] content) {
    byte[] page = content.clone();
    for (int[] field : VOLATILE) {
      int from = Superblock.OFFSET + field[0];
      Arrays.fill(page, from, from + field[1], (byte) 0);
    }
    return page;
  }

  private static long mix(long number) {
    long mixed = (number ^ (number >>> 33)) * 0xFF51_AFD7_ED55_8CCDL;
    mixed = (mixed ^ (mixed >>> 33)) * 0xC4CE_B9FE_1A85_EC53L;
    return mixed ^ (mixed >>> 33);
  }
}
