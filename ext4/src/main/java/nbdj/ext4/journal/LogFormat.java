package nbdj.ext4.journal;

import java.nio.ByteBuffer;
import java.util.Arrays;
import nbdj.ext4.checksum.Crc32c;

/** How the log of one journal is written: what its control blocks have in common. Immutable. */
public final class LogFormat {

  /** What every control block, and no logged block, begins with. */
  static final int MAGIC = 0xC03B_3998;

  static final int DESCRIPTOR = 1;
  static final int COMMIT = 2;
  static final int REVOKE = 5;

  /** Length of what every control block begins with: magic, type and transaction. */
  static final int HEADER = 12;

  /** Length of the checksum that ends a descriptor or revoke block. */
  private static final int TAIL = 4;

  final int blockSize;
  final LogChecksum checksum;

  /** Whether block numbers have 64 bits. */
  final boolean wide;

  /** The state that begins every crc32c. */
  final int seed;

  final byte[] uuid;

  /** Take the format from a journal's superblock. */
  public LogFormat(JournalSuperblock superblock, int blockSize) {
    this.blockSize = blockSize;
    this.checksum = superblock.checksum();
    this.wide = superblock.hasFeature(JournalSuperblock.WIDE);
    this.seed = superblock.checksumSeed();
    this.uuid = superblock.uuid();
  }

  /** Tell whether a block of the log is a control block. */
  static boolean isControl(byte[] block) {
    return ByteBuffer.wrap(block).getInt(0) == MAGIC;
  }

  static int type(byte[] block) {
    return ByteBuffer.wrap(block).getInt(4);
  }

  /** Return the transaction that a control block belongs to. */
  static int transaction(byte[] block) {
    return ByteBuffer.wrap(block).getInt(8);
  }

  /** Begin a control block, positioned behind its header. */
  ByteBuffer control(int type, int transaction) {
    return ByteBuffer.allocate(blockSize).putInt(MAGIC).putInt(type).putInt(transaction);
  }

  /** Return the bytes of a control block that may be used, the header among them. */
  int usable() {
    return checksum.inEachBlock() ? blockSize - TAIL : blockSize;
  }

  /** Tell whether a descriptor or revoke block has the checksum that it must have, if any. */
  boolean hasGoodTail(byte[] block) {
    return !checksum.inEachBlock()
        || ByteBuffer.wrap(block).getInt(blockSize - TAIL) == tail(block);
  }

  /** Give a descriptor or revoke block its checksum, if it must have one. */
  byte[] sealed(byte[] block) {
    if (checksum.inEachBlock()) {
      ByteBuffer.wrap(block).putInt(blockSize - TAIL, tail(block));
    }
    return block;
  }

  private int tail(byte[] block) {
    byte[] zeroed = block.clone();
    Arrays.fill(zeroed, blockSize - TAIL, blockSize, (byte) 0);
    return Crc32c.update(seed, zeroed, 0, blockSize);
  }

  /** Compare transactions, whose numbers wrap. */
  static boolean isBefore(int transaction, int other) {
    return transaction - other < 0;
  }
}
