package nbdj.ext4.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Reads a log's blocks one by one, and from the device many at a time. Used by one thread. */
final class LogReader {

  /** Most bytes that are read at once, unless a block is larger. */
  private static final int WINDOW = 1 << 18;

  private final JournalBlocks blocks;
  private final int blockSize;
  private final long end;
  private byte[] window = {};

  /** Block at which the window begins. */
  private long windowStart;

  /**
   * Make a reader of the blocks before an end.
   *
   * @param end at most the number of blocks
   */
  LogReader(JournalBlocks blocks, long end) {
    this.blocks = blocks;
    this.blockSize = blocks.blockSize();
    this.end = end;
  }

  /** Read a block into an array of its own. */
  byte[] block(long block) throws IOException {
    if (block < windowStart || block >= windowStart + window.length / blockSize) {
      int count = (int) Math.min(Math.max(1, WINDOW / blockSize), end - block);
      window = new byte[count * blockSize];
      windowStart = block;
      blocks.read(block, ByteBuffer.wrap(window));
    }
    int at = (int) (block - windowStart) * blockSize;
    return Arrays.copyOfRange(window, at, at + blockSize);
  }
}
