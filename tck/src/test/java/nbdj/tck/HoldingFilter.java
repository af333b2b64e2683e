package nbdj.tck;

import java.io.IOException;
import java.nio.ByteBuffer;
import nbdj.api.Context;
import nbdj.api.ExtentSink;
import nbdj.api.Filter;
import nbdj.api.FilterHandle;
import nbdj.api.Flags;
import nbdj.api.Next;
import nbdj.api.OpenRequest;
import nbdj.api.PassThrough;
import nbdj.api.ReadSink;
import nbdj.api.Support;
import nbdj.api.ThreadModel;
import org.jspecify.annotations.Nullable;

/**
 * A correct filter that holds the last write of each handle back until something else is asked.
 * Tests of the contract break it in one place each.
 */
class HoldingFilter implements Filter {
  @Override
  public String description() {
    return "writes that are held back for a while";
  }

  @Override
  public ThreadModel threadModel(ThreadModel next) {
    return next.min(ThreadModel.SERIALIZE_REQUESTS);
  }

  @Override
  public FilterHandle open(Context context, OpenRequest request) throws IOException {
    context.openNext(request.readOnly(), request.exportName());
    return new Handle();
  }

  /** An open export. */
  static class Handle extends PassThrough {
    @Nullable ByteBuffer held;
    private long heldAt;

    /** Write what is held back; it stays so if that fails. */
    void release(Next next) throws IOException {
      ByteBuffer bytes = held;
      if (bytes != null) {
        next.pwrite(bytes.duplicate(), heldAt, Flags.NONE);
        held = null;
      }
    }

    @Override
    public void finalize(Context context) throws IOException {
      Next next = context.next();
      if (next != null) {
        release(next);
      }
    }

    @Override
    public boolean canMultiConn(Next next) {
      return false;
    }

    @Override
    public Support canFua(Next next) throws IOException {
      return next.canFlush() ? Support.EMULATE : Support.NONE;
    }

    @Override
    public void pwrite(Next next, ByteBuffer buffer, long offset, Flags flags) throws IOException {
      release(next);
      held = ByteBuffer.allocate(buffer.remaining()).put(buffer).flip();
      heldAt = offset;
    }

    @Override
    public void read(Next next, long offset, long count, ReadSink sink) throws IOException {
      ByteBuffer bytes = sink.buffer((int) count);
      ByteBuffer own = held;
      next.pread(bytes.duplicate(), offset);
      if (own != null) {
        int from = (int) Math.max(0, offset - heldAt);
        int to = (int) Math.min(own.limit(), offset + count - heldAt);
        if (from < to) {
          int at = bytes.position() + (int) (heldAt + from - offset);
          bytes.put(at, own, from, to - from);
        }
      }
    }

    @Override
    public void flush(Next next) throws IOException {
      release(next);
      next.flush();
    }

    @Override
    public void trim(Next next, long offset, long count, Flags flags) throws IOException {
      release(next);
      next.trim(offset, count, flags);
    }

    @Override
    public void zero(Next next, long offset, long count, Flags flags) throws IOException {
      release(next);
      next.zero(offset, count, flags);
    }

    @Override
    public void extents(Next next, long offset, long count, Flags flags, ExtentSink sink)
        throws IOException {
      release(next);
      next.extents(offset, count, flags, sink);
    }
  }
}
