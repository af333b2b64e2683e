package nbdj.api;

import java.io.IOException;

/**
 * Receives the extents of a range from {@code extents}.
 *
 * <p>A filter that moves addresses passes a sink of its own down and moves each extent back:
 *
 * <pre>{@code
 * next.extents(offset + start, count, flags, (at, length, type) -> sink.add(at - start, length, type));
 * }</pre>
 *
 * <p>Rules of extents:
 *
 * <ul>
 *   <li><b>E-1</b> {@code extents} is called with a count of at least one byte and a range inside
 *       the export.
 *   <li><b>E-2</b> The first extent contains the first byte of the range; it may begin before it.
 *   <li><b>E-3</b> Each further extent begins where the one before it ended.
 *   <li><b>E-4</b> At least one extent is added; the extents may end before the range does or go on
 *       past it, but not past the export's end. The server cuts what is outside the range, and asks
 *       again for what is missing.
 *   <li><b>E-5</b> An extent said to read as zeroes does so until the next write to it.
 *   <li><b>E-6</b> With {@link Flag#REQ_ONE} only the first extent is used.
 *   <li><b>E-7</b> An extent of length zero is ignored; neighbours of one type are joined by the
 *       server.
 *   <li><b>E-8</b> A layer without extents is all {@link ExtentType#DATA}.
 *   <li><b>E-9</b> Neighbours of one type should be added as one extent: each costs a call.
 * </ul>
 *
 * @since 0.1
 */
@FunctionalInterface
public interface ExtentSink {
  /**
   * Add an extent.
   *
   * @param offset where it begins, in bytes from the start of the export
   * @param length its length in bytes
   * @param type what it holds
   * @throws NbdException with {@link NbdError#EINVAL} if the extent breaks a rule above
   */
  void add(long offset, long length, ExtentType type) throws IOException;
}
