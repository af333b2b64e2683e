package nbdj.api;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * An open export of a plugin.
 *
 * <p>Only {@link #size} and {@link #pread} must be written. Each further operation goes with the
 * question that offers it: a handle that can write overrides {@link #canWrite} and {@link #pwrite}.
 * Offsets and counts are in bytes; a range always lies inside the export.
 *
 * <p>Rules of size and capabilities:
 *
 * <ul>
 *   <li><b>C-1</b> {@code size} is asked once for each handle, is from 0 to {@link Long#MAX_VALUE},
 *       and holds until the handle is closed.
 *   <li><b>C-2</b> Each question is asked at most once for each handle once it has been answered;
 *       the answer holds until the handle is closed. A question that fails refuses the export.
 *   <li><b>C-3</b> No operation is called that its question did not offer.
 *   <li><b>C-4</b> A handle opened read-only gets no {@code pwrite}, {@code trim} or {@code zero},
 *       whatever {@code canWrite} says.
 *   <li><b>C-5</b> An offered operation works, for any range inside the export.
 *   <li><b>C-6</b> {@code canMultiConn} promises that what is flushed on one handle is durable and
 *       visible on all handles of the export, as the NBD specification has it; it is hidden from
 *       clients under {@link ThreadModel#SERIALIZE_CONNECTIONS}.
 *   <li><b>C-7</b> {@code blockSize} informs clients; requests that break the constraints may still
 *       arrive.
 *   <li><b>C-8</b> A layer that can write should be able to flush; without flush no client can know
 *       when its data is durable.
 * </ul>
 *
 * @since 0.1
 */
public interface PluginHandle {
  /** Get the size of the export in bytes. */
  long size() throws IOException;

  /** Get a text about the export for people. */
  default Optional<String> description() throws IOException {
    return Optional.empty();
  }

  /** Get the block size constraints. */
  default BlockSize blockSize() throws IOException {
    return BlockSize.UNKNOWN;
  }

  /** Tell whether {@link #pwrite} works. */
  default boolean canWrite() throws IOException {
    return false;
  }

  /** Tell whether {@link #flush} works. */
  default boolean canFlush() throws IOException {
    return false;
  }

  /** Tell whether {@link #trim} works. */
  default boolean canTrim() throws IOException {
    return false;
  }

  /** Tell whether {@link #zero} works. Where it does not the server writes zeroes. */
  default boolean canZero() throws IOException {
    return false;
  }

  /**
   * Tell whether {@link #zero} knows {@link Flag#FAST_ZERO}. Without a {@link #zero} it does: it
   * fails at once.
   */
  default boolean canFastZero() throws IOException {
    return !canZero();
  }

  /** Tell whether {@link #extents} works. */
  default boolean canExtents() throws IOException {
    return false;
  }

  /** Tell how {@link Flag#FUA} is done; emulation is a {@link #flush} after the operation. */
  default Support canFua() throws IOException {
    return canFlush() ? Support.EMULATE : Support.NONE;
  }

  /** Tell whether clients may use several connections as one. */
  default boolean canMultiConn() throws IOException {
    return false;
  }

  /** Tell how {@link #cache} is done; emulation is a read. */
  default Support canCache() throws IOException {
    return Support.NONE;
  }

  /** Tell whether the medium rotates, so that clients may sort their requests. */
  default boolean isRotational() throws IOException {
    return false;
  }

  /**
   * Get the names of the metadata contexts of the export beside {@code base:allocation}; see the
   * rules of {@link MetaSink}. Asked when a client wants to know.
   */
  default List<String> metaContexts() throws IOException {
    return List.of();
  }

  /**
   * Read bytes into a buffer.
   *
   * @param buffer a direct buffer to be filled from position to limit, which leaves its position at
   *     its limit; not kept after the call returns
   * @param offset where the bytes begin in the export
   */
  void pread(ByteBuffer buffer, long offset) throws IOException;

  /**
   * Read bytes in the way that costs least. The default has {@link #pread} fill buffers of the
   * server's.
   *
   * @param offset where the bytes begin in the export
   * @param count how many
   * @param sink what receives them
   */
  default void read(long offset, long count, ReadSink sink) throws IOException {
    for (long done = 0; done < count; ) {
      int part = (int) Math.min(count - done, 64 << 20);
      pread(sink.buffer(part), offset + done);
      done += part;
    }
  }

  /**
   * Write bytes.
   *
   * @param buffer the bytes, from position to limit; not kept after the call returns
   * @param offset where they go in the export
   * @param flags none or {@link Flag#FUA}
   */
  default void pwrite(ByteBuffer buffer, long offset, Flags flags) throws IOException {
    throw new NbdException(NbdError.EPERM, "writing is not supported");
  }

  /**
   * Write bytes that may still be on their way, to where they cost least. The default has {@link
   * #pwrite} write them from a buffer of the server's.
   *
   * @param offset where they go in the export
   * @param count how many, at most {@link Integer#MAX_VALUE}
   * @param source what gives them
   * @param flags none or {@link Flag#FUA}
   */
  default void write(long offset, long count, WriteSource source, Flags flags) throws IOException {
    pwrite(source.buffer((int) count), offset, flags);
  }

  /** Make durable all that was written before; see rule W-11. */
  default void flush() throws IOException {
    throw new NbdException(NbdError.EINVAL, "flush is not supported");
  }

  /**
   * Say that a range is no longer needed.
   *
   * @param flags none or {@link Flag#FUA}
   */
  default void trim(long offset, long count, Flags flags) throws IOException {
    throw new NbdException(NbdError.EINVAL, "trim is not supported");
  }

  /**
   * Make a range read as zeroes.
   *
   * @param flags any of {@link Flag#FUA}, {@link Flag#MAY_TRIM}, {@link Flag#FAST_ZERO}
   * @throws NbdException with {@link NbdError#ENOTSUP} to have the server write zeroes instead
   */
  default void zero(long offset, long count, Flags flags) throws IOException {
    throw new NbdException(NbdError.ENOTSUP, "zero is not supported");
  }

  /**
   * Tell what a range holds; see the rules of {@link ExtentSink}.
   *
   * @param flags none or {@link Flag#REQ_ONE}
   */
  default void extents(long offset, long count, Flags flags, ExtentSink sink) throws IOException {
    sink.add(offset, count, ExtentType.DATA);
  }

  /**
   * Tell what a metadata context says about a range; see the rules of {@link MetaSink}.
   *
   * @param context one of {@link #metaContexts}
   * @param flags none or {@link Flag#REQ_ONE}
   */
  default void metaExtents(String context, long offset, long count, Flags flags, MetaSink sink)
      throws IOException {
    throw new NbdException(NbdError.EINVAL, "there is no metadata context " + context);
  }

  /** Fetch a range into whatever makes a later read fast. */
  default void cache(long offset, long count) throws IOException {
    throw new NbdException(NbdError.EINVAL, "cache is not supported");
  }

  /** Release the handle. Data not flushed may be lost only as the medium below loses it. */
  default void close() throws IOException {}
}
