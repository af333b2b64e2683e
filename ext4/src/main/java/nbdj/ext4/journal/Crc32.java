package nbdj.ext4.journal;

/**
 * The crc32 of a transaction under {@link LogChecksum#V1}: most significant bit first, without
 * final inversion, over its descriptor blocks and the blocks that they describe as they stand in
 * the log, in order.
 */
public final class Crc32 {

  /** State before the first block. */
  public static final int START = ~0;

  private static final int POLYNOMIAL = 0x04C1_1DB7;

  private static final int[] TABLE = table();

  private Crc32() {}

  /** Return the state that follows a state after a block. */
  public static int update(int state, byte[] block) {
    int crc = state;
    for (byte b : block) {
      crc = (crc << 8) ^ TABLE[(crc >>> 24) ^ (b & 0xFF)];
    }
    return crc;
  }

  private static int[] table() {
    int[] table = new int[256];
    for (int i = 0; i < table.length; i++) {
      int crc = i << 24;
      for (int bit = 0; bit < 8; bit++) {
        crc = crc < 0 ? (crc << 1) ^ POLYNOMIAL : crc << 1;
      }
      table[i] = crc;
    }
    return table;
  }
}
