package nbdj.api;

import java.io.IOException;

/**
 * Receives what one metadata context says about a range from {@code metaExtents}.
 *
 * <p>A metadata context is a map of an export that a layer defines, beside {@code base:allocation},
 * which is made of {@code extents}. A client asks for it by name, as it asks for {@code
 * qemu:dirty-bitmap:monday} to back up what has changed since. What the numbers of a status mean is
 * for whoever owns the namespace to say; that of names nobody has registered begins with {@code
 * x-}.
 *
 * <p>Rules of metadata contexts:
 *
 * <ul>
 *   <li><b>M-1</b> {@code metaContexts} answers at most {@value #MAX_CONTEXTS} names, no two alike.
 *       Each is a namespace, a colon and a leaf, neither of them empty; a string as rule N-1 has
 *       it; and of another namespace than {@code base}.
 *   <li><b>M-2</b> {@code metaExtents} is called for a context that {@code metaContexts} answered,
 *       with a count of at least one byte and a range inside the export.
 *   <li><b>M-3</b> The first extent of a context contains the first byte of the range; it may begin
 *       before it.
 *   <li><b>M-4</b> Each further extent of a context begins where the one before it ended.
 *   <li><b>M-5</b> At least one extent of a context is added; the extents may end before the range
 *       does or go on past it, but not past the export's end. The server cuts what is outside the
 *       range, and asks again for what is missing.
 *   <li><b>M-6</b> With {@link Flag#REQ_ONE} only the first extent of a context is used; one of
 *       length zero is ignored, and neighbours of one status are joined by the server.
 *   <li><b>M-7</b> A status is an unsigned number. One of more than 32 bits can be told only to a
 *       client that has agreed on extended headers; a request of any other client fails.
 * </ul>
 *
 * @since 0.1
 */
@FunctionalInterface
public interface MetaSink {
  /** How many contexts an export has at most. */
  int MAX_CONTEXTS = 16;

  /**
   * Add an extent.
   *
   * @param offset where it begins, in bytes from the start of the export
   * @param length its length in bytes
   * @param status what the context says of it, unsigned
   * @throws NbdException with {@link NbdError#EINVAL} if the extent breaks a rule above
   */
  void add(long offset, long length, long status) throws IOException;
}
