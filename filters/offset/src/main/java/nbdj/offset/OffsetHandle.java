package nbdj.offset;

import java.io.IOException;
import java.util.OptionalLong;
import nbdj.api.Context;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.Next;
import nbdj.api.Window;

/** The range as one client sees it. */
final class OffsetHandle extends Window {
  private final long offset;
  private final OptionalLong range;

  /** How long the range is, from {@link #prepare} on. */
  private long size;

  OffsetHandle(long offset, OptionalLong range) {
    this.offset = offset;
    this.range = range;
  }

  @Override
  public void prepare(Context context) throws IOException {
    Next next = context.next();
    if (next == null) {
      throw new IllegalStateException("the connection lost the layer below before prepare");
    }
    long below = next.size();
    if (offset > below) {
      throw new NbdException(
          NbdError.EINVAL,
          "offset=%d: the disk ends at %d (try a smaller offset)".formatted(offset, below));
    }
    long rest = below - offset;
    size = range.orElse(rest);
    if (size > rest) {
      throw new NbdException(
          NbdError.EINVAL,
          "range=%d: the disk has %d bytes from offset %d on (try a smaller range)"
              .formatted(size, rest, offset));
    }
  }

  @Override
  protected long start() {
    return offset;
  }

  @Override
  public long size(Next next) {
    return size;
  }
}
