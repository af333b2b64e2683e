package nbdj.tck;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.LongFunction;
import nbdj.api.Context;
import nbdj.api.ExtentSink;
import nbdj.api.ExtentType;
import nbdj.api.Filter;
import nbdj.api.FilterHandle;
import nbdj.api.Flags;
import nbdj.api.MetaSink;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.Next;
import nbdj.api.OpenRequest;
import nbdj.api.ReadSink;
import nbdj.api.Support;
import nbdj.tck.AddressMap.Run;

/** A correct filter that moves addresses. Tests of the contract break it in one place each. */
class MappedFilter implements Filter {
  private final LongFunction<AddressMap> maps;

  /**
   * Make a filter.
   *
   * @param maps gets the map for the size of the layer below, and may refuse that with an {@link
   *     IllegalArgumentException}
   */
  MappedFilter(LongFunction<AddressMap> maps) {
    this.maps = maps;
  }

  @Override
  public String description() {
    return "other addresses";
  }

  @Override
  public FilterHandle open(Context context, OpenRequest request) throws IOException {
    context.openNext(request.readOnly(), request.exportName());
    return handle();
  }

  FilterHandle handle() {
    return new Handle();
  }

  /** What is done with a run and the bytes before it in the range. */
  interface Work {
    void on(Run run, long done) throws IOException;
  }

  /** An open export. */
  class Handle implements FilterHandle {
    AddressMap map = AddressMap.identity(0);

    @Override
    public void prepare(Context context) throws IOException {
      Next next = context.next();
      long size = next == null ? 0 : next.size();
      try {
        map = maps.apply(size);
      } catch (IllegalArgumentException e) {
        throw new NbdException(NbdError.EINVAL, "a layer of %d bytes is too small".formatted(size));
      }
    }

    /** Go through the runs of a range. */
    void each(long offset, long count, Work work) throws IOException {
      for (long done = 0; done < count; ) {
        Run run = map.run(offset + done).first(count - done);
        work.on(run, done);
        done += run.length();
      }
    }

    @Override
    public long size(Next next) {
      return map.size();
    }

    @Override
    public boolean canWrite(Next next) throws IOException {
      return next.canWrite();
    }

    @Override
    public boolean canTrim(Next next) throws IOException {
      return next.canTrim();
    }

    @Override
    public Support canZero(Next next) throws IOException {
      return next.canZero().available() ? Support.NATIVE : Support.NONE;
    }

    @Override
    public boolean canExtents(Next next) throws IOException {
      return next.canExtents();
    }

    @Override
    public boolean canMultiConn(Next next) throws IOException {
      return next.canMultiConn();
    }

    @Override
    public Support canCache(Next next) throws IOException {
      return next.canCache().available() ? Support.NATIVE : Support.NONE;
    }

    @Override
    public List<String> metaContexts(Next next) throws IOException {
      return next.metaContexts();
    }

    @Override
    public void read(Next next, long offset, long count, ReadSink sink) throws IOException {
      each(
          offset,
          count,
          (run, done) -> {
            if (isBelow(run)) {
              next.read(run.below(), run.length(), sink);
            } else {
              sink.zeroes(run.length());
            }
          });
    }

    @Override
    public void pwrite(Next next, ByteBuffer buffer, long offset, Flags flags) throws IOException {
      int start = buffer.position();
      each(
          offset,
          buffer.remaining(),
          (run, done) -> {
            if (!isBelow(run)) {
              throw new NbdException(NbdError.ENOSPC, "there is nothing below to write to");
            }
            ByteBuffer part = buffer.slice(start + (int) done, (int) run.length());
            next.pwrite(part, run.below(), flags);
          });
    }

    @Override
    public void trim(Next next, long offset, long count, Flags flags) throws IOException {
      each(
          offset,
          count,
          (run, done) -> {
            if (isBelow(run)) {
              next.trim(run.below(), run.length(), flags);
            }
          });
    }

    @Override
    public void zero(Next next, long offset, long count, Flags flags) throws IOException {
      each(
          offset,
          count,
          (run, done) -> {
            if (isBelow(run)) {
              next.zero(run.below(), run.length(), flags);
            }
          });
    }

    @Override
    public void extents(Next next, long offset, long count, Flags flags, ExtentSink sink)
        throws IOException {
      each(
          offset,
          count,
          (run, done) -> {
            if (isBelow(run)) {
              long moved = offset + done - run.below();
              next.extents(
                  run.below(),
                  run.length(),
                  flags,
                  (at, length, type) -> sink.add(at + moved, length, type));
            } else {
              sink.add(offset + done, run.length(), ExtentType.HOLE_ZERO);
            }
          });
    }

    @Override
    public void metaExtents(
        Next next, String context, long offset, long count, Flags flags, MetaSink sink)
        throws IOException {
      each(
          offset,
          count,
          (run, done) -> {
            if (isBelow(run)) {
              long moved = offset + done - run.below();
              next.metaExtents(
                  context,
                  run.below(),
                  run.length(),
                  flags,
                  (at, length, status) -> sink.add(at + moved, length, status));
            } else {
              sink.add(offset + done, run.length(), 0);
            }
          });
    }

    @Override
    public void cache(Next next, long offset, long count) throws IOException {
      each(
          offset,
          count,
          (run, done) -> {
            if (isBelow(run)) {
              next.cache(run.below(), run.length());
            }
          });
    }

    static boolean isBelow(Run run) {
      return run.kind() == Run.Kind.BELOW;
    }
  }
}
