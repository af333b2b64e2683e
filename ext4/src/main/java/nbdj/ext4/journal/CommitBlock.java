package nbdj.ext4.journal;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import nbdj.ext4.checksum.Crc32c;

/** The control block that ends a transaction and makes it count. */
public final class CommitBlock {

  private static final int TYPE = 0x0C;
  private static final int CHECKSUM = 0x10;
  private static final int SECONDS = 0x30;
  private static final int NANOSECONDS = 0x38;

  /** What stands at {@link #TYPE} where the whole transaction has a crc32: its type and length. */
  private static final int CRC32 = 1 << 8 | 4;

  private final LogFormat format;

  /** Make what reads and writes the commit blocks of a format. */
  public CommitBlock(LogFormat format) {
    this.format = format;
  }

  /**
   * Tell whether a commit block is good.
   *
   * @param crc32 of the transaction, as {@link Crc32} finds it
   */
  boolean isGood(byte[] block, int crc32) {
    ByteBuffer buffer = ByteBuffer.wrap(block);
    int type = buffer.getShort(TYPE) & 0xFFFF;
    int stored = buffer.getInt(CHECKSUM);
    return switch (format.checksum) {
      case NONE -> true;
      case V1 -> type == CRC32 ? stored == crc32 : type == 0 && stored == 0;
      case V2, V3 -> stored == checksum(block);
    };
  }

  /** Return when the transaction was committed, in seconds since 1970. */
  static long seconds(byte[] block) {
    return ByteBuffer.wrap(block).getLong(SECONDS);
  }

  /**
   * Make a commit block.
   *
   * @param crc32 of the transaction, as {@link Crc32} finds it
   */
  public byte[] of(int transaction, Instant time, int crc32) {
    byte[] block = format.control(LogFormat.COMMIT, transaction).array();
    ByteBuffer buffer = ByteBuffer.wrap(block);
    buffer.putLong(SECONDS, time.getEpochSecond()).putInt(NANOSECONDS, time.getNano());
    switch (format.checksum) {
      case NONE -> {}
      case V1 -> buffer.putShort(TYPE, (short) CRC32).putInt(CHECKSUM, crc32);
      case V2, V3 -> buffer.putInt(CHECKSUM, checksum(block));
    }
    return block;
  }

  private int checksum(byte[] block) {
    byte[] zeroed = block.clone();
    Arrays.fill(zeroed, CHECKSUM, CHECKSUM + 4, (byte) 0);
    return Crc32c.update(format.seed, zeroed, 0, zeroed.length);
  }
}
