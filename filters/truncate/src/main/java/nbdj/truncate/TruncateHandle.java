package nbdj.truncate;

import java.io.IOException;
import java.nio.ByteBuffer;
import nbdj.api.ExtentSink;
import nbdj.api.ExtentType;
import nbdj.api.Flag;
import nbdj.api.Flags;
import nbdj.api.MetaSink;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.Next;
import nbdj.api.ReadSink;
import nbdj.api.Window;

/**
 * The layer below with another size, as one client sees it.
 *
 * <p>Up to the size of the layer below an operation is that layer's. Behind it there is nothing but
 * zeroes: they can be read, written and made again, and no other byte can be kept there.
 */
final class TruncateHandle extends Window {
  private final NewSize newSize;

  TruncateHandle(NewSize newSize) {
    this.newSize = newSize;
  }

  @Override
  protected long start() {
    return 0;
  }

  @Override
  public long size(Next next) throws IOException {
    return newSize.over(next.size());
  }

  /** Get how many bytes of a range the layer below has. */
  private static long below(Next next, long offset, long count) throws IOException {
    return Math.clamp(next.size() - offset, 0, count);
  }

  @Override
  public void read(Next next, long offset, long count, ReadSink sink) throws IOException {
    long below = below(next, offset, count);
    if (below > 0) {
      super.read(next, offset, below, sink);
    }
    if (below < count) {
      sink.zeroes(count - below);
    }
  }

  @Override
  public void pwrite(Next next, ByteBuffer buffer, long offset, Flags flags) throws IOException {
    int below = (int) below(next, offset, buffer.remaining());
    int end = buffer.position() + below;
    for (int i = end; i < buffer.limit(); i++) {
      if (buffer.get(i) != 0) {
        throw new NbdException(
            NbdError.ENOSPC,
            "there is no space behind the %d bytes of the disk: only zeroes can be written there"
                .formatted(next.size()));
      }
    }
    if (below > 0) {
      super.pwrite(next, buffer.slice(buffer.position(), below), offset, flags);
    }
    buffer.position(buffer.limit());
  }

  @Override
  public void trim(Next next, long offset, long count, Flags flags) throws IOException {
    long below = below(next, offset, count);
    if (below > 0) {
      super.trim(next, offset, below, flags);
    }
  }

  @Override
  public void zero(Next next, long offset, long count, Flags flags) throws IOException {
    long below = below(next, offset, count);
    if (below > 0) {
      super.zero(next, offset, below, flags);
    }
  }

  @Override
  public void extents(Next next, long offset, long count, Flags flags, ExtentSink sink)
      throws IOException {
    long below = below(next, offset, count);
    if (below > 0) {
      super.extents(next, offset, below, flags, sink);
    }
    if (below == 0 || (below < count && !flags.has(Flag.REQ_ONE))) {
      sink.add(offset + below, count - below, ExtentType.HOLE_ZERO);
    }
  }

  @Override
  public void metaExtents(
      Next next, String context, long offset, long count, Flags flags, MetaSink sink)
      throws IOException {
    long below = below(next, offset, count);
    if (below > 0) {
      super.metaExtents(next, context, offset, below, flags, sink);
    }
    if (below == 0 || (below < count && !flags.has(Flag.REQ_ONE))) {
      // Nothing is said of what is not there.
      sink.add(offset + below, count - below, 0);
    }
  }

  @Override
  public void cache(Next next, long offset, long count) throws IOException {
    long below = below(next, offset, count);
    if (below > 0) {
      super.cache(next, offset, below);
    }
  }
}
