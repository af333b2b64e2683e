package ${package};

import com.google.auto.service.AutoService;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import nbdj.api.Backend;
import nbdj.api.Context;
import nbdj.api.ExtentSink;
import nbdj.api.Filter;
import nbdj.api.FilterHandle;
import nbdj.api.Flags;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.Nbdj;
import nbdj.api.Next;
import nbdj.api.OpenRequest;
import nbdj.api.Parameter;
import nbdj.api.ReadSink;
import nbdj.api.Registered;
import nbdj.api.Values;

/** Serves the layer below without its first bytes. */
@AutoService(Filter.class)
@Registered(name = "${name}", api = Nbdj.API_VERSION)
public final class ${className} implements Filter {
  private long skip;

  @Override
  public List<Parameter> parameters() {
    return List.of(Parameter.of("skip", Parameter.Type.SIZE, "How much to skip.").required());
  }

  @Override
  public void config(Backend next, String key, String value) throws IOException {
    skip = Values.size(value);
  }

  @Override
  public FilterHandle open(Context context, OpenRequest request) throws IOException {
    context.openNext(request.readOnly(), request.exportName());
    return new FilterHandle() {
      @Override
      public long size(Next next) throws IOException {
        if (next.size() < skip) {
          throw new NbdException(
              NbdError.EINVAL, "skip=%d: the disk has %d bytes".formatted(skip, next.size()));
        }
        return next.size() - skip;
      }

      @Override
      public boolean canWrite(Next next) throws IOException {
        return next.canWrite();
      }

      @Override
      public boolean canExtents(Next next) throws IOException {
        return next.canExtents();
      }

      @Override
      public void read(Next next, long offset, long count, ReadSink sink) throws IOException {
        next.read(skip + offset, count, sink);
      }

      @Override
      public void pwrite(Next next, ByteBuffer buffer, long offset, Flags flags)
          throws IOException {
        next.pwrite(buffer, skip + offset, flags);
      }

      @Override
      public void extents(Next next, long offset, long count, Flags flags, ExtentSink sink)
          throws IOException {
        next.extents(
            skip + offset,
            count,
            flags,
            (start, length, type) -> sink.add(start - skip, length, type));
      }
    };
  }
}
