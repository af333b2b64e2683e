package nbdj.api;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * An open export seen through a filter.
 *
 * <p>Every operation receives {@code next}, the layer below as the filter's {@link Context} held it
 * when the operation began. The defaults here are those of a filter that moves addresses or changes
 * content: nothing of the layer below shows through but its flush. A filter that leaves both as
 * they are extends {@link PassThrough}; one whose export is a run of the layer below extends {@link
 * Window}.
 *
 * <p>Rules of filters, beside those of {@link PluginHandle}, {@link ReadSink}, {@link Flag}, {@link
 * ExtentSink} and {@link MetaSink}, which hold for a filter as for a plugin:
 *
 * <ul>
 *   <li><b>F-1</b> An operation of {@code next} is subject to the rules that the server keeps
 *       towards a layer: a count of at least one byte, a range inside {@code next.size()}, and only
 *       what {@code next} offers.
 *   <li><b>F-2</b> {@code next.zero} never fails with {@link NbdError#ENOTSUP} unless {@link
 *       Flag#FAST_ZERO} was given, and {@link Flag#FUA} may be given wherever {@code next.canFua()}
 *       is available: the server emulates both.
 *   <li><b>F-3</b> The block status of the layer below reaches a client only through {@link
 *       #extents}, or through a {@link PassThrough}.
 *   <li><b>F-4</b> A filter holds no lock that it needs in another call while it calls {@code
 *       next}, unless it knows that the call below cannot wait for that other call.
 *   <li><b>F-5</b> A question that rests on an answer of {@code next} fails when {@code next} fails
 *       to give it; no answer is made up.
 *   <li><b>F-6</b> A filter that moves addresses moves those of all operations alike, and changes
 *       no byte of the layer below that is no byte of its export.
 *   <li><b>F-7</b> Written data that a filter holds back reaches {@code next} before that handle
 *       ends: in {@link #finalize}, or before the filter closes a handle of its own.
 *   <li><b>F-8</b> A failure of {@code next} should be passed on with its error as it is.
 *   <li><b>F-9</b> An export of a filter lies on the export of the same name of the layer below,
 *       unless the filter maps names.
 * </ul>
 *
 * @since 0.1
 */
public interface FilterHandle {
  /**
   * Get ready for data. The layers below are prepared, if the context has a next.
   *
   * <p>May still call {@link Context#setNext}.
   */
  default void prepare(Context context) throws IOException {}

  /**
   * End the data. The last operation has returned; the layers below are still open.
   *
   * <p>Data held back is written to {@code context.next()} here. A failure is logged; to let a
   * client know, a filter writes in {@link #flush}.
   */
  default void finalize(Context context) throws IOException {}

  /** Release the handle. */
  default void close() throws IOException {}

  /** Get the size of the export in bytes. */
  long size(Next next) throws IOException;

  /** Get a text about the export for people. */
  default Optional<String> description(Next next) throws IOException {
    return Optional.empty();
  }

  /** Get the block size constraints. */
  default BlockSize blockSize(Next next) throws IOException {
    return BlockSize.UNKNOWN;
  }

  /** Tell whether {@link #pwrite} works. */
  default boolean canWrite(Next next) throws IOException {
    return false;
  }

  /** Tell whether {@link #flush} works. */
  default boolean canFlush(Next next) throws IOException {
    return next.canFlush();
  }

  /** Tell whether {@link #trim} works. */
  default boolean canTrim(Next next) throws IOException {
    return false;
  }

  /** Tell how {@link #zero} is done; emulation is a {@link #pwrite} of zeroes. */
  default Support canZero(Next next) throws IOException {
    return canWrite(next) ? Support.EMULATE : Support.NONE;
  }

  /**
   * Tell whether {@link #zero} knows {@link Flag#FAST_ZERO}. An emulated one does: it fails at
   * once.
   */
  default boolean canFastZero(Next next) throws IOException {
    return canZero(next) == Support.EMULATE;
  }

  /** Tell whether {@link #extents} works. */
  default boolean canExtents(Next next) throws IOException {
    return false;
  }

  /** Tell how {@link Flag#FUA} is done; emulation is a {@link #flush} after the operation. */
  default Support canFua(Next next) throws IOException {
    return canFlush(next) ? Support.EMULATE : Support.NONE;
  }

  /** Tell whether clients may use several connections as one. */
  default boolean canMultiConn(Next next) throws IOException {
    return false;
  }

  /** Tell how {@link #cache} is done; emulation is a read. */
  default Support canCache(Next next) throws IOException {
    return Support.NONE;
  }

  /** Tell whether the medium rotates. */
  default boolean isRotational(Next next) throws IOException {
    return next.isRotational();
  }

  /**
   * Get the names of the metadata contexts of the export beside {@code base:allocation}; see the
   * rules of {@link MetaSink}. Asked when a client wants to know.
   */
  default List<String> metaContexts(Next next) throws IOException {
    return List.of();
  }

  /**
   * Read bytes.
   *
   * <p>A filter that changes them reads into a buffer of the sink's and changes them there:
   *
   * <pre>{@code
   * ByteBuffer bytes = sink.buffer((int) count);
   * next.pread(bytes.duplicate(), offset);
   * }</pre>
   *
   * @param sink what receives them; may be passed to {@code next.read}
   */
  void read(Next next, long offset, long count, ReadSink sink) throws IOException;

  /**
   * Write bytes.
   *
   * @param flags none or {@link Flag#FUA}
   */
  default void pwrite(Next next, ByteBuffer buffer, long offset, Flags flags) throws IOException {
    throw new NbdException(NbdError.EPERM, "writing is not supported");
  }

  /**
   * Write bytes that may still be on their way. The default has {@link #pwrite} write them from a
   * buffer of the server's.
   *
   * <p>A filter that leaves them as they are may pass the source to {@code next.write}, as {@link
   * Window} does unless a subclass has a {@link #pwrite} of its own.
   *
   * @param count how many, at most {@link Integer#MAX_VALUE}
   * @param source what gives them
   * @param flags none or {@link Flag#FUA}
   */
  default void write(Next next, long offset, long count, WriteSource source, Flags flags)
      throws IOException {
    pwrite(next, source.buffer((int) count), offset, flags);
  }

  /** Make durable all that was written before; see rule W-11. */
  default void flush(Next next) throws IOException {
    next.flush();
  }

  /**
   * Say that a range is no longer needed.
   *
   * @param flags none or {@link Flag#FUA}
   */
  default void trim(Next next, long offset, long count, Flags flags) throws IOException {
    throw new NbdException(NbdError.EINVAL, "trim is not supported");
  }

  /**
   * Make a range read as zeroes.
   *
   * @param flags any of {@link Flag#FUA}, {@link Flag#MAY_TRIM}, {@link Flag#FAST_ZERO}
   * @throws NbdException with {@link NbdError#ENOTSUP} to have the server write zeroes through this
   *     filter instead
   */
  default void zero(Next next, long offset, long count, Flags flags) throws IOException {
    throw new NbdException(NbdError.ENOTSUP, "zero is not supported");
  }

  /**
   * Tell what a range holds; see the rules of {@link ExtentSink}.
   *
   * @param flags none or {@link Flag#REQ_ONE}
   */
  default void extents(Next next, long offset, long count, Flags flags, ExtentSink sink)
      throws IOException {
    sink.add(offset, count, ExtentType.DATA);
  }

  /**
   * Tell what a metadata context says about a range; see the rules of {@link MetaSink}.
   *
   * @param context one of {@link #metaContexts}
   * @param flags none or {@link Flag#REQ_ONE}
   */
  default void metaExtents(
      Next next, String context, long offset, long count, Flags flags, MetaSink sink)
      throws IOException {
    throw new NbdException(NbdError.EINVAL, "there is no metadata context " + context);
  }

  /** Fetch a range into whatever makes a later read fast. */
  default void cache(Next next, long offset, long count) throws IOException {
    throw new NbdException(NbdError.EINVAL, "cache is not supported");
  }
}
