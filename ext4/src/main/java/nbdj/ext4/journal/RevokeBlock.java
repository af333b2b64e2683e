package nbdj.ext4.journal;

import static nbdj.ext4.journal.JournalException.corrupt;

import java.nio.ByteBuffer;

/** The control block that names blocks whose earlier copies in the log must not be replayed. */
public final class RevokeBlock {

  private static final int ENTRIES = LogFormat.HEADER + 4;

  private final LogFormat format;

  /** Make what reads and writes the revoke blocks of a format. */
  public RevokeBlock(LogFormat format) {
    this.format = format;
  }

  private int entryLength() {
    return format.wide ? Long.BYTES : Integer.BYTES;
  }

  /** Return the most blocks that one revoke block can name. */
  public int mostBlocks() {
    return (format.usable() - ENTRIES) / entryLength();
  }

  /**
   * Read the numbers of the blocks.
   *
   * @throws JournalException if it claims more than fit
   */
  long[] blocks(byte[] block) throws JournalException {
    ByteBuffer buffer = ByteBuffer.wrap(block);
    int used = buffer.getInt(LogFormat.HEADER);
    if (used < ENTRIES || used > format.usable()) {
      throw corrupt("a revoke block claims %d bytes".formatted(used));
    }
    long[] blocks = new long[(used - ENTRIES) / entryLength()];
    buffer.position(ENTRIES);
    for (int i = 0; i < blocks.length; i++) {
      blocks[i] = format.wide ? buffer.getLong() : Integer.toUnsignedLong(buffer.getInt());
    }
    return blocks;
  }

  /**
   * Make a revoke block.
   *
   * @param blocks 1 to {@link #mostBlocks} numbers
   */
  public byte[] of(int transaction, long[] blocks) {
    byte[] block = format.control(LogFormat.REVOKE, transaction).array();
    ByteBuffer buffer = ByteBuffer.wrap(block).position(LogFormat.HEADER);
    buffer.putInt(ENTRIES + blocks.length * entryLength());
    for (long one : blocks) {
      if (format.wide) {
        buffer.putLong(one);
      } else {
        buffer.putInt((int) one);
      }
    }
    return format.sealed(block);
  }
}
