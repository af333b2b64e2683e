package nbdj.ext4.journal;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The blocks of the file or device that holds a journal, by their numbers in it. */
public interface JournalBlocks {

  /** Return the length of a block in bytes. */
  int blockSize();

  /** Return the number of blocks there are. */
  long count();

  /**
   * Fill the rest of a buffer.
   *
   * @param block where the first byte lies; all of the range lies inside the journal
   */
  void read(long block, ByteBuffer dst) throws IOException;

  /**
   * Write the rest of a buffer, which need not be durable before the next flush.
   *
   * @param block where the first byte goes; all of the range lies inside the journal
   */
  void write(long block, ByteBuffer src) throws IOException;

  /** Tell whether a block of the filesystem is one of the journal's own. */
  boolean holds(long filesystemBlock);
}
