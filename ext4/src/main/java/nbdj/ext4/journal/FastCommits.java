package nbdj.ext4.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Looks at the fast commits behind a log, whose replay is not supported. */
final class FastCommits {

  /** What the first fast commit of a transaction begins with. */
  private static final int HEAD = 9;

  private FastCommits() {}

  /**
   * Refuse a journal whose fast commits count.
   *
   * @param transaction the one after the last in the log: only its fast commits are not superseded
   */
  static void check(LogReader reader, JournalSuperblock superblock, int transaction)
      throws IOException {
    long first = superblock.end() + 1;
    if (!superblock.hasFeature(JournalSuperblock.FAST_COMMIT) || first >= superblock.length()) {
      return;
    }
    ByteBuffer block = ByteBuffer.wrap(reader.block(first)).order(ByteOrder.LITTLE_ENDIAN);
    if (block.getShort(0) == HEAD && block.getInt(8) == transaction) {
      throw JournalException.notSupported(
          "it holds fast commits, which only a Linux kernel of 5.10 or later replays rightly:"
              + " mount it once");
    }
  }
}
