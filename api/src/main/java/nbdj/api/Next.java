package nbdj.api;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * One open handle of the layer below: what a filter calls.
 *
 * <p>Safe for use by many threads at once, whatever the thread model of the layers below: the
 * server makes the calls wait where the model wants it. Answers about size and capabilities are
 * derived and kept by the server, so asking often costs nothing. Offsets and counts are in bytes.
 *
 * <p>Every operation throws {@link NbdException} with {@link NbdError#EINVAL} for a range outside
 * the export, an empty one, or an operation that is not offered, with {@link NbdError#EPERM} for a
 * write, zero or trim where {@link #canWrite} is false, and with {@link NbdError#ESHUTDOWN} when
 * the handle is closed.
 *
 * @since 0.1
 */
public interface Next {
  /** Get the name of the export, after a default has been put for the empty name. */
  String exportName();

  /** Tell whether the handle was opened read-only. */
  boolean readOnly();

  /** Tell whether the handle belongs to a filter that lends it, and so outlives connections. */
  boolean shared();

  /**
   * Prepare all layers of the handle, innermost first. Once, for a handle got from {@link
   * Backend#open}; the server prepares all others.
   */
  void prepare() throws IOException;

  /**
   * Finalize, where it was prepared, and close all layers of the handle, outermost first.
   *
   * <p>Only for a handle got from {@link Backend#open}, by the one who opened it; no operation may
   * be running in it. The second call does nothing.
   *
   * @throws IOException the first failure, the others suppressed in it; every layer was closed all
   *     the same
   */
  void close() throws IOException;

  /** Get the size of the export in bytes. */
  long size() throws IOException;

  /** Get a text about the export for people. */
  Optional<String> description() throws IOException;

  /** Get the block size constraints. */
  BlockSize blockSize() throws IOException;

  /** Tell whether {@link #pwrite} works. */
  boolean canWrite() throws IOException;

  /** Tell whether {@link #flush} works. */
  boolean canFlush() throws IOException;

  /** Tell whether {@link #trim} works. */
  boolean canTrim() throws IOException;

  /** Tell how {@link #zero} is done; it works wherever it is available. */
  Support canZero() throws IOException;

  /** Tell whether {@link Flag#FAST_ZERO} may be given. */
  boolean canFastZero() throws IOException;

  /** Tell whether {@link #extents} knows more than that all is data. */
  boolean canExtents() throws IOException;

  /** Tell how {@link Flag#FUA} is done; it may be given wherever it is available. */
  Support canFua() throws IOException;

  /** Tell whether several handles of the export may be used as one. */
  boolean canMultiConn() throws IOException;

  /** Tell how {@link #cache} is done; it works wherever it is available. */
  Support canCache() throws IOException;

  /** Tell whether the medium rotates. */
  boolean isRotational() throws IOException;

  /**
   * Get the names of the metadata contexts of the export beside {@code base:allocation}. Those of a
   * layer that break rule M-1 are left out.
   */
  default List<String> metaContexts() throws IOException {
    return List.of();
  }

  /** Read bytes in the way that costs least; see {@link ReadSink}. */
  void read(long offset, long count, ReadSink sink) throws IOException;

  /**
   * Read bytes into a buffer.
   *
   * @param buffer filled from position to limit; its position is at its limit afterwards
   */
  void pread(ByteBuffer buffer, long offset) throws IOException;

  /**
   * Write bytes.
   *
   * @param buffer the bytes from position to limit; its position is at its limit afterwards
   * @param flags none or {@link Flag#FUA}
   */
  void pwrite(ByteBuffer buffer, long offset, Flags flags) throws IOException;

  /**
   * Write bytes that may still be on their way; see {@link WriteSource}.
   *
   * @param count how many, at most {@link Integer#MAX_VALUE}
   * @param source what gives them
   * @param flags none or {@link Flag#FUA}
   */
  default void write(long offset, long count, WriteSource source, Flags flags) throws IOException {
    pwrite(source.buffer((int) count), offset, flags);
  }

  /** Make durable all that was written before. */
  void flush() throws IOException;

  /**
   * Say that a range is no longer needed.
   *
   * @param flags none or {@link Flag#FUA}
   */
  void trim(long offset, long count, Flags flags) throws IOException;

  /**
   * Make a range read as zeroes.
   *
   * @param flags any of {@link Flag#FUA}, {@link Flag#MAY_TRIM}, {@link Flag#FAST_ZERO}
   */
  void zero(long offset, long count, Flags flags) throws IOException;

  /**
   * Tell what a range holds. What the layer adds is checked: the extents that arrive in the sink
   * begin at {@code offset}, follow each other without a gap, and end inside the export, at or
   * before {@code offset + count}.
   *
   * @param flags none or {@link Flag#REQ_ONE}
   */
  void extents(long offset, long count, Flags flags, ExtentSink sink) throws IOException;

  /**
   * Tell what a metadata context says about a range, checked as the answer of {@link #extents} is.
   *
   * @param context one of {@link #metaContexts}
   * @param flags none or {@link Flag#REQ_ONE}
   */
  default void metaExtents(String context, long offset, long count, Flags flags, MetaSink sink)
      throws IOException {
    throw new NbdException(NbdError.EINVAL, "there is no metadata context " + context);
  }

  /** Fetch a range into whatever makes a later read fast. */
  void cache(long offset, long count) throws IOException;
}
