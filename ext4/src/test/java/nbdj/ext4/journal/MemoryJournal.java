package nbdj.ext4.journal;

import java.nio.ByteBuffer;

/** A journal in memory, empty at first. For one thread. */
final class MemoryJournal implements JournalBlocks {

  private final int blockSize;
  private final byte[] bytes;

  /** Blocks that were written since {@link #takeWritten} and how often there was a write. */
  private long written;

  private long writes;

  MemoryJournal(int blockSize, int count, LogChecksum checksum, int features)
      throws JournalException {
    this.blockSize = blockSize;
    this.bytes = new byte[blockSize * count];
    ByteBuffer fields = ByteBuffer.wrap(bytes);
    fields.putInt(0, LogFormat.MAGIC).putInt(4, 4).putInt(0x0C, blockSize).putInt(0x10, count);
    fields.putInt(0x14, 1).putInt(0x18, 5).putInt(0x40, 1);
    fields.putLong(0x30, 0x1122_3344_5566_7788L);
    fields.putInt(0x24, checksum == LogChecksum.V1 ? 1 : 0);
    fields.put(0x50, (byte) (checksum.inEachBlock() ? 4 : 0));
    int kind =
        switch (checksum) {
          case NONE, V1 -> 0;
          case V2 -> JournalSuperblock.CHECKSUM_V2;
          case V3 -> JournalSuperblock.CHECKSUM_V3;
        };
    write(0, ByteBuffer.wrap(superblock().withFeatures(features | kind).bytes()));
  }

  JournalSuperblock superblock() throws JournalException {
    byte[] raw = new byte[JournalSuperblock.SIZE];
    System.arraycopy(bytes, 0, raw, 0, raw.length);
    return JournalSuperblock.of(raw, count(), blockSize);
  }

  /** Return how many blocks were written since the last time, and forget them. */
  long takeWritten() {
    long result = written;
    written = 0;
    writes = 0;
    return result;
  }

  /** Return how many writes there were since {@link #takeWritten}. */
  long writes() {
    return writes;
  }

  @Override
  public int blockSize() {
    return blockSize;
  }

  @Override
  public long count() {
    return bytes.length / blockSize;
  }

  @Override
  public void read(long block, ByteBuffer dst) {
    dst.put(bytes, (int) block * blockSize, dst.remaining());
  }

  @Override
  public void write(long block, ByteBuffer src) {
    written += src.remaining() / blockSize;
    writes++;
    src.get(bytes, (int) block * blockSize, src.remaining());
  }

  @Override
  public boolean holds(long filesystemBlock) {
    return false;
  }
}
