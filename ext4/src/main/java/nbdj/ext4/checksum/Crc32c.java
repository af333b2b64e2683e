package nbdj.ext4.checksum;

import java.util.zip.CRC32C;

/** Crc32c without its final inversion, so that one run can go on where another ended. */
public final class Crc32c {

  /** State before the first byte. */
  public static final int START = ~0;

  /** Reflected polynomial. */
  private static final int POLYNOMIAL = 0x82F6_3B78;

  private Crc32c() {}

  /**
   * Return the state that follows a state after the given bytes.
   *
   * @param state {@link #START}, or what another call returned
   */
  public static int update(int state, byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    if (state != START) {
      seed(crc, state);
    }
    crc.update(bytes, offset, length);
    return ~(int) crc.getValue();
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
    int bytes = ~register;
    crc.update(
        new byte[] {
          (byte) bytes, (byte) (bytes >>> 8), (byte) (bytes >>> 16), (byte) (bytes >>> 24)
        },
        0,
        Integer.BYTES);
  }
}
