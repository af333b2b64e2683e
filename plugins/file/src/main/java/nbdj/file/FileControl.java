package nbdj.file;

import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What can be done to an open file beyond reading and writing it.
 *
 * <p>A method that returns {@code false} cannot be done to this file and changed nothing; any other
 * failure is an exception. All methods but {@link #close} may be called by any number of threads at
 * once. Offsets and counts are in bytes; nothing changes the size of the file.
 */
interface FileControl extends Closeable {
  /** The answer of a search that found nothing before the end of the file. */
  long NONE = -1;

  /** The answer of a search that cannot be made. */
  long UNSUPPORTED = -2;

  /** Find the first data from an offset on, {@link #NONE} or {@link #UNSUPPORTED}. */
  long nextData(long offset) throws IOException;

  /** Find the first hole from an offset on; the end of the file counts as one. */
  long nextHole(long offset) throws IOException;

  /**
   * Find the first space in a hole that is allocated all the same, to be written later.
   *
   * @return where it begins and ends, inside the range; {@code null} if there is none, or if that
   *     cannot be told
   */
  @Nullable Space nextAllocated(long begin, long end) throws IOException;

  /**
   * A range of a file.
   *
   * @param begin its first byte
   * @param end the byte after its last
   */
  record Space(long begin, long end) {}

  /** Turn a range into a hole that reads as zeroes. */
  boolean punch(long offset, long count) throws IOException;

  /** Make a range allocated and read as zeroes, of a device perhaps by writing to it. */
  boolean zeroRange(long offset, long count) throws IOException;

  /** Allocate what is a hole in a range. */
  boolean allocate(long offset, long count) throws IOException;

  /** Have a block device zero a range of whole sectors, perhaps by writing. */
  boolean zeroSectors(long offset, long count) throws IOException;

  /** Tell a block device that a range of whole sectors is not needed. */
  boolean discardSectors(long offset, long count) throws IOException;

  /** Ask for a range to be read into the page cache. */
  boolean prefetch(long offset, long count) throws IOException;

  /** Ask for the clean pages of a range to leave the page cache. */
  boolean evict(long offset, long count) throws IOException;

  /** Begin to write the dirty pages of a range to the medium. */
  boolean startWriteback(long offset, long count) throws IOException;

  /** Wait until the pages of a range that were dirty have been written to the medium. */
  boolean finishWriteback(long offset, long count) throws IOException;
}
