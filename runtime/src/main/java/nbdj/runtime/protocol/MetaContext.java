package nbdj.runtime.protocol;

import java.io.IOException;
import nbdj.api.Flags;
import nbdj.api.Next;

/**
 * A metadata context of an export.
 *
 * @param id the number that stands for it in requests and replies
 */
record MetaContext(int id, String name) {
  /** The one that every export has. */
  static final MetaContext ALLOCATION = new MetaContext(1, "base:allocation");

  /** Have a layer say what the context tells about a range. */
  void ask(Next next, long offset, long count, Flags flags, StatusAnswer answer)
      throws IOException {
    if (id == ALLOCATION.id) {
      next.extents(offset, count, flags, answer);
    } else {
      next.metaExtents(name, offset, count, flags, answer);
    }
  }
}
