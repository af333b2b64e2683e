package nbdj.ext4;

import java.util.Arrays;
import java.util.Random;

/**
 * Data that says what it is, in sectors of 512 bytes, so that a misplaced sector is known for what
 * it is wherever it turns up.
 */
final class SectorText {

  static final int SECTOR = 512;

  /** What a sector of a file's data begins with. */
  static final long DATA = 0x6E62_646A_4441_5441L;

  /** What a sector begins with that nobody has written. */
  static final long POISON = 0x6E62_646A_504F_4953L;

  private SectorText() {}

  /**
   * Make data, which are part of whole sectors: overwritten by the like in whatever places, a
   * sector still begins with what says that it is data.
   *
   * @param file number of the file
   * @param version number of the change
   * @param offset where in the file the data begins
   */
  static byte[] data(int file, int version, long offset, int length) {
    int before = (int) (offset % SECTOR);
    byte[] bytes = new byte[(before + length + SECTOR - 1) / SECTOR * SECTOR];
    for (int at = 0; at < bytes.length; at += SECTOR) {
      long name = (long) file << 48 | (long) version << 24 | (offset - before + at) / SECTOR;
      fill(bytes, at, DATA, name);
    }
    return Arrays.copyOfRange(bytes, before, before + length);
  }

  /** Make sectors of poison for some place on a device. */
  static byte[] poison(long offset, int length) {
    byte[] bytes = new byte[length];
    for (int at = 0; at < length; at += SECTOR) {
      fill(bytes, at, POISON, (offset + at) / SECTOR);
    }
    return bytes;
  }

  private static void fill(byte[] bytes, int at, long magic, long name) {
    byte[] sector = new byte[SECTOR];
    new Random(name ^ magic).nextBytes(sector);
    System.arraycopy(sector, 0, bytes, at, SECTOR);
    new Patch(bytes).set64(at, magic).set64(at + 8L, name);
  }

  /** Tell whether a sector is data or poison. */
  static boolean isText(byte[] bytes, int at) {
    long magic = LittleEndian.i64(bytes, at);
    return magic == DATA || magic == POISON;
  }

  /** Describe a sector for a person. */
  static String of(byte[] bytes, int from, int to) {
    if (to - from < 16) {
      return "a rest of %d bytes".formatted(to - from);
    }
    long magic = LittleEndian.i64(bytes, from);
    long name = LittleEndian.i64(bytes, from + 8);
    if (magic == DATA) {
      return "sector %d of file %d, version %d"
          .formatted(name & 0xFF_FFFF, name >>> 48, name >>> 24 & 0xFF_FFFF);
    }
    if (magic == POISON) {
      return "poison of device sector " + name;
    }
    for (int i = from; i < to; i++) {
      if (bytes[i] != 0) {
        return "something unknown";
      }
    }
    return "zeroes";
  }
}
