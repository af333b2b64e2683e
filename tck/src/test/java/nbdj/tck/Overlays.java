package nbdj.tck;

import java.io.IOException;
import java.nio.ByteBuffer;
import nbdj.api.Context;
import nbdj.api.Filter;
import nbdj.api.FilterHandle;
import nbdj.api.Flags;
import nbdj.api.Next;
import nbdj.api.OpenRequest;
import nbdj.api.ReadSink;
import nbdj.api.Support;
import org.jspecify.annotations.Nullable;

/** A filter that keeps changes for itself and leaves the layer below as it is, and its contract. */
final class Overlays {
  private Overlays() {}

  /** The contract of a correct overlay. */
  static final class Correct extends FilterContract {
    @Override
    protected Filter filter() {
      return new Overlay();
    }

    @Override
    protected boolean writesThrough() {
      return false;
    }

    @Override
    protected boolean keepsContent() {
      return false;
    }
  }

  /** The filter: a copy of the layer below, made when the first handle is opened. */
  static class Overlay implements Filter {
    private @Nullable ReferenceDevice copy; // guarded by this

    @Override
    public String description() {
      return "changes that are kept in memory";
    }

    @Override
    public FilterHandle open(Context context, OpenRequest request) throws IOException {
      context.openNext(request.readOnly(), request.exportName());
      return new Changed();
    }

    synchronized ReferenceDevice copy(Next next) throws IOException {
      if (copy == null) {
        ReferenceDevice made = new ReferenceDevice(next.size());
        if (next.size() > 0) {
          ByteBuffer bytes = ByteBuffer.allocate((int) next.size());
          next.pread(bytes, 0);
          made.write(bytes.flip(), 0);
        }
        copy = made;
      }
      return copy;
    }

    /** An open export. */
    class Changed implements FilterHandle {
      @Override
      public long size(Next next) throws IOException {
        return next.size();
      }

      @Override
      public boolean canWrite(Next next) {
        return true;
      }

      @Override
      public boolean canFlush(Next next) {
        return true;
      }

      @Override
      public Support canFua(Next next) {
        return Support.EMULATE;
      }

      @Override
      public boolean canMultiConn(Next next) {
        return true;
      }

      @Override
      public void read(Next next, long offset, long count, ReadSink sink) throws IOException {
        copy(next).read(sink.buffer((int) count), offset);
      }

      @Override
      public void pwrite(Next next, ByteBuffer buffer, long offset, Flags flags)
          throws IOException {
        copy(next).write(buffer, offset);
      }

      @Override
      public void flush(Next next) throws IOException {}
    }
  }
}
