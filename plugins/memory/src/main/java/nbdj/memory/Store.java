package nbdj.memory;

import java.io.IOException;
import java.nio.ByteBuffer;
import nbdj.api.ExtentSink;
import nbdj.api.ReadSink;
import nbdj.api.WriteSource;

/**
 * The bytes of the disk.
 *
 * <p>All methods may be called by any number of threads at once. Ranges lie inside the disk and
 * hold at least one byte.
 */
interface Store extends AutoCloseable {
  /** Get the block size, in bytes, with which the store works well. */
  long preferredBlock();

  /** Fill a buffer from position to limit, where its position is then. */
  void read(ByteBuffer buffer, long offset) throws IOException;

  /** Answer a read. */
  void read(long offset, long count, ReadSink sink) throws IOException;

  /** Write a buffer from position to limit. */
  void write(ByteBuffer buffer, long offset) throws IOException;

  /** Write what a source gives. */
  void write(long offset, long count, WriteSource source) throws IOException;

  /**
   * Make a range read as zeroes.
   *
   * @param mayFree the memory of the range may be given up
   */
  void zero(long offset, long count, boolean mayFree);

  /**
   * Tell what a range holds, from its first byte on but not necessarily to its end.
   *
   * @param first only the first extent is of use
   */
  void extents(long offset, long count, boolean first, ExtentSink sink) throws IOException;

  /** Give up the memory. Nothing may be called afterwards. */
  @Override
  void close();
}
