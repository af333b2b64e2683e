package nbdj.ext4;

import nbdj.ext4.checksum.Crc32c;

/** The two checksums of the format: crc32c without its final inversion, and crc16. */
final class Checksums {

  /** State of either checksum before the first byte. */
  static final int START = Crc32c.START;

  private static final short[] CRC16 = crc16Table();

  private Checksums() {}

  /** Return the crc32c state that follows a state after the given bytes. */
  static int crc32c(int state, byte[] bytes, int offset, int length) {
    return Crc32c.update(state, bytes, offset, length);
  }

  /**
   * Return the crc32c state that follows a state after the four bytes of a little-endian number.
   */
  static int crc32c(int state, int number) {
    return crc32c(state, littleEndian(number), 0, Integer.BYTES);
  }

  /** Return the crc16 state that follows a state after the given bytes: 0 to 65535. */
  static int crc16(int state, byte[] bytes, int offset, int length) {
    int crc = state & 0xFFFF;
    for (int i = offset; i < offset + length; i++) {
      crc = (crc >>> 8) ^ (CRC16[(crc ^ bytes[i]) & 0xFF] & 0xFFFF);
    }
    return crc;
  }

  /** Return the crc16 state that follows a state after the four bytes of a little-endian number. */
  static int crc16(int state, int number) {
    return crc16(state, littleEndian(number), 0, Integer.BYTES);
  }

  private static byte[] littleEndian(int number) {
    return new byte[] {
      (byte) number, (byte) (number >>> 8), (byte) (number >>> 16), (byte) (number >>> 24)
    };
  }

  private static short[] crc16Table() {
    short[] table = new short[256];
    for (int i = 0; i < table.length; i++) {
      int crc = i;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) != 0 ? (crc >>> 1) ^ 0xA001 : crc >>> 1;
      }
      table[i] = (short) crc;
    }
    return table;
  }
}
