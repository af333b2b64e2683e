package nbdj.ext4;

import java.util.zip.CRC32C;

/** The two checksums of the format: crc32c without its final inversion, and crc16. */
final class Checksums {

  /** State of either checksum before the first byte. */
  static final int START = ~0;

  /** Reflected polynomial of crc32c. */
  private static final int POLYNOMIAL = 0x82F6_3B78;

  private static final short[] CRC16 = crc16Table();

  private Checksums() {}

  /** Return the crc32c state that follows a state after the given bytes. */
  static int crc32c(int state, byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    if (state != START) {
      seed(crc, state);
    }
    crc.update(bytes, offset, length);
    return ~(int) crc.getValue();
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

  /**
   * Bring a new crc to a state. CRC32C has no way to be given one, but running the register
   * backwards over 32 zero bits finds the four bytes that lead there from the start, and the
   * accelerated code can be used for all that follows.
   */
  private static void seed(CRC32C crc, int state) {
    int register = state;
    for (int i = 0; i < Integer.SIZE; i++) {
      register = register < 0 ? ((register ^ POLYNOMIAL) << 1) | 1 : register << 1;
    }
    crc.update(littleEndian(~register), 0, Integer.BYTES);
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
