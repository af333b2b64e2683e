package nbdj.ext4.journal;

import static nbdj.ext4.journal.JournalException.corrupt;
import static nbdj.ext4.journal.JournalException.notSupported;

import java.nio.ByteBuffer;
import java.util.Arrays;
import nbdj.ext4.checksum.Crc32c;

/**
 * The first block of a journal: its length, its features and where the log begins. Immutable; what
 * changes it makes a new one.
 */
public final class JournalSuperblock {

  /** Length of the part that means something, in bytes. */
  public static final int SIZE = 1024;

  /** Features that a reader must know. */
  public static final int REVOKE = 0x1;

  public static final int WIDE = 0x2;
  public static final int ASYNC_COMMIT = 0x4;
  public static final int CHECKSUM_V2 = 0x8;
  public static final int CHECKSUM_V3 = 0x10;
  public static final int FAST_COMMIT = 0x20;

  private static final int KNOWN = 0x3F;
  private static final int COMPATIBLE_CHECKSUM = 0x1;
  private static final int VERSION_1 = 3;
  private static final int VERSION_2 = 4;
  private static final int CHECKSUM = 0xFC;
  private static final int CRC32C = 4;

  /** Blocks that fast commits take where the superblock does not say. */
  private static final int FAST_COMMIT_BLOCKS = 256;

  private final byte[] raw;

  private JournalSuperblock(byte[] raw) {
    this.raw = raw;
  }

  /**
   * Check the beginning of a journal.
   *
   * @param raw {@link #SIZE} bytes; owned by the result
   * @param blocks how many blocks the journal has room for, each of {@code blockSize} bytes
   * @throws JournalException if it is none, or contradicts itself, or uses what is not supported
   */
  public static JournalSuperblock of(byte[] raw, long blocks, int blockSize)
      throws JournalException {
    JournalSuperblock superblock = new JournalSuperblock(raw);
    superblock.check(blocks, blockSize);
    return superblock;
  }

  private void check(long blocks, int blockSize) throws JournalException {
    if (word(0x00) != LogFormat.MAGIC) {
      throw corrupt("its superblock has no magic number");
    }
    if (word(0x04) != VERSION_1 && word(0x04) != VERSION_2) {
      throw corrupt("its superblock is of unknown type %d".formatted(word(0x04)));
    }
    checkFeatures();
    if (word(0x0C) != blockSize) {
      throw corrupt(
          "its blocks are of %d bytes, the filesystem's of %d".formatted(word(0x0C), blockSize));
    }
    long length = Integer.toUnsignedLong(word(0x10));
    if (length > blocks || length < 2) {
      throw corrupt("it claims %d blocks and has %d".formatted(length, blocks));
    }
    if (first() < 1 || first() >= end()) {
      throw corrupt(
          "its log begins at block %d, outside blocks 1 to %d".formatted(first(), end() - 1));
    }
    if (start() != 0 && (start() < first() || start() >= end())) {
      throw corrupt(
          "its first transaction is at block %d, outside its log of blocks %d to %d"
              .formatted(start(), first(), end() - 1));
    }
    if (isVersion2() && word(0x40) > 1) {
      throw notSupported("it is shared by %d filesystems".formatted(word(0x40)));
    }
  }

  private void checkFeatures() throws JournalException {
    if (!isVersion2()) {
      return;
    }
    if ((word(0x28) & ~KNOWN) != 0) {
      throw notSupported("it has unknown feature(s) 0x%x".formatted(word(0x28) & ~KNOWN));
    }
    if (word(0x2C) != 0) {
      throw notSupported("it has unknown read-only feature(s) 0x%x".formatted(word(0x2C)));
    }
    boolean v1 = (word(0x24) & COMPATIBLE_CHECKSUM) != 0;
    int kinds =
        (v1 ? 1 : 0) + (hasFeature(CHECKSUM_V2) ? 1 : 0) + (hasFeature(CHECKSUM_V3) ? 1 : 0);
    if (kinds > 1) {
      throw corrupt("it has checksums of more than one kind");
    }
    if (hasFeature(CHECKSUM_V2) || hasFeature(CHECKSUM_V3)) {
      if (raw[0x50] != CRC32C) {
        throw notSupported("it has checksums of unknown type %d".formatted(raw[0x50]));
      }
      if (checksum(raw) != word(CHECKSUM)) {
        throw corrupt("its superblock fails its checksum");
      }
    }
  }

  private static int checksum(byte[] raw) {
    byte[] zeroed = raw.clone();
    Arrays.fill(zeroed, CHECKSUM, CHECKSUM + 4, (byte) 0);
    return Crc32c.update(Crc32c.START, zeroed, 0, SIZE);
  }

  /** Tell whether the fields of version 2 mean anything. */
  private boolean isVersion2() {
    return word(0x04) == VERSION_2;
  }

  private int word(int offset) {
    return ByteBuffer.wrap(raw).getInt(offset);
  }

  /** Tell whether a feature that readers must know is on. */
  public boolean hasFeature(int feature) {
    return isVersion2() && (word(0x28) & feature) != 0;
  }

  /** Return how the log's blocks are protected. */
  public LogChecksum checksum() {
    if (hasFeature(CHECKSUM_V3)) {
      return LogChecksum.V3;
    }
    if (hasFeature(CHECKSUM_V2)) {
      return LogChecksum.V2;
    }
    return isVersion2() && (word(0x24) & COMPATIBLE_CHECKSUM) != 0
        ? LogChecksum.V1
        : LogChecksum.NONE;
  }

  /** Return the state that begins every checksum of version 2 and 3. */
  public int checksumSeed() {
    return Crc32c.update(Crc32c.START, raw, 0x30, 16);
  }

  /** Return a copy of the 16 bytes that stand behind the first tag of each descriptor block. */
  public byte[] uuid() {
    return Arrays.copyOfRange(raw, 0x30, 0x40);
  }

  /** Return the first block of the log. */
  public long first() {
    return Integer.toUnsignedLong(word(0x14));
  }

  /** Return the block after the last of the log, where it wraps to {@link #first}. */
  public long end() {
    return length() - fastCommitBlocks();
  }

  /** Return the number of blocks that the journal uses. */
  public long length() {
    return Integer.toUnsignedLong(word(0x10));
  }

  private long fastCommitBlocks() {
    if (!hasFeature(FAST_COMMIT)) {
      return 0;
    }
    long blocks = Integer.toUnsignedLong(word(0x54));
    return blocks == 0 ? FAST_COMMIT_BLOCKS : blocks;
  }

  /** Return the number of the first transaction in the log, or of the next if it is empty. */
  public int sequence() {
    return word(0x18);
  }

  /** Return the block at which the first transaction begins, or 0 if the log is empty. */
  public long start() {
    return Integer.toUnsignedLong(word(0x1C));
  }

  /** Return the error that the journal was stopped with, or 0. */
  public int error() {
    return word(0x20);
  }

  /**
   * Return this superblock with its log beginning elsewhere.
   *
   * @param sequence number of the first transaction in the log, or of the next if it is empty
   * @param start block at which it begins, or 0 for an empty log
   */
  public JournalSuperblock withLog(int sequence, long start) {
    ByteBuffer changed = ByteBuffer.wrap(raw.clone());
    changed.putInt(0x18, sequence).putInt(0x1C, (int) start);
    return sealed(changed.array());
  }

  /**
   * Return this superblock with more features that readers must know. One of version 1, which has
   * none, becomes one of version 2: what it says beyond the fields of version 1 means nothing.
   */
  public JournalSuperblock withFeatures(int more) {
    byte[] bytes = raw.clone();
    ByteBuffer changed = ByteBuffer.wrap(bytes);
    if (!isVersion2()) {
      Arrays.fill(bytes, 0x24, SIZE, (byte) 0);
      changed.putInt(0x04, VERSION_2).putInt(0x40, 1);
    }
    changed.putInt(0x28, changed.getInt(0x28) | more);
    return sealed(bytes);
  }

  /** Return this superblock with the error that the journal is stopped with. */
  public JournalSuperblock withError(int error) {
    ByteBuffer changed = ByteBuffer.wrap(raw.clone());
    changed.putInt(0x20, error);
    return sealed(changed.array());
  }

  private static JournalSuperblock sealed(byte[] raw) {
    JournalSuperblock superblock = new JournalSuperblock(raw);
    if (superblock.hasFeature(CHECKSUM_V2 | CHECKSUM_V3)) {
      ByteBuffer.wrap(raw).putInt(CHECKSUM, checksum(raw));
    }
    return superblock;
  }

  /** Return a copy of the bytes. */
  public byte[] bytes() {
    return raw.clone();
  }
}
