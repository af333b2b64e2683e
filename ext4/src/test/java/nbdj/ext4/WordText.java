package nbdj.ext4;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * Data every 8 bytes of which say to which sector of which file they belong, so that they are known
 * even where a read has seen half of a write.
 */
final class WordText {

  static final int SECTOR = 512;

  private WordText() {}

  /**
   * Make whole sectors.
   *
   * @param file number of the file, from 1
   * @param version number of the change
   */
  static ByteBuffer sectors(int file, int version, long sector, int count) {
    ByteBuffer bytes = ByteBuffer.allocate(count * SECTOR).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      long word = (long) file << 56 | (long) (version & 0xFF_FFFF) << 32 | (sector + i);
      for (int at = 0; at < SECTOR; at += Long.BYTES) {
        bytes.putLong(word);
      }
    }
    return bytes.flip();
  }

  /** Say what is wrong with sectors of a file, each part of which must be its own or zero. */
  static Optional<String> fault(byte[] bytes, int file, long sector) {
    for (int at = 0; at < bytes.length; at += Long.BYTES) {
      long word = LittleEndian.i64(bytes, at);
      long expected = sector + at / SECTOR;
      if (word != 0 && (word >>> 56 != file || (word & 0xFFFF_FFFFL) != expected)) {
        return Optional.of(
            "sector %d of file %d has %016x, of sector %d of file %d"
                .formatted(expected, file, word, word & 0xFFFF_FFFFL, word >>> 56));
      }
    }
    return Optional.empty();
  }
}
