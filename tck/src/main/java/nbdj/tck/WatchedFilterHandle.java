package nbdj.tck;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import nbdj.api.BlockSize;
import nbdj.api.Context;
import nbdj.api.ExtentSink;
import nbdj.api.FilterHandle;
import nbdj.api.Flags;
import nbdj.api.MetaSink;
import nbdj.api.Next;
import nbdj.api.ReadSink;
import nbdj.api.Support;
import nbdj.api.WriteSource;
import nbdj.runtime.chain.WriteSources;

/** Records every call on its way to the handle of the filter under test. */
final class WatchedFilterHandle implements FilterHandle {
  private final FilterHandle handle;

  /** The one context of the handle, as the filter saw it when it opened. */
  private final Context context;

  private final Watch watch;
  private final int number;
  private final Dealings dealings;
  private final AtomicInteger running = new AtomicInteger();

  WatchedFilterHandle(
      FilterHandle handle, Context context, Watch watch, int number, Dealings dealings) {
    this.handle = handle;
    this.context = context;
    this.watch = watch;
    this.number = number;
    this.dealings = dealings;
  }

  private Next watched(Next next) {
    return dealings.watched(next);
  }

  @Override
  public void prepare(Context real) throws IOException {
    watch.handle(
        "prepare",
        number,
        call -> {
          handle.prepare(context);
          return call;
        });
  }

  @Override
  public void finalize(Context real) throws IOException {
    watch.handle(
        "finalize",
        number,
        call -> {
          handle.finalize(context);
          return call;
        });
  }

  @Override
  public void close() throws IOException {
    watch.handle(
        "close",
        number,
        call -> {
          try {
            handle.close();
          } finally {
            dealings.ended(context);
          }
          return call;
        });
  }

  @Override
  public long size(Next next) throws IOException {
    return watch.handle("size", number, call -> handle.size(watched(next)));
  }

  @Override
  public Optional<String> description(Next next) throws IOException {
    return watch.handle("description", number, call -> handle.description(watched(next)));
  }

  @Override
  public BlockSize blockSize(Next next) throws IOException {
    return watch.handle("blockSize", number, call -> handle.blockSize(watched(next)));
  }

  @Override
  public boolean canWrite(Next next) throws IOException {
    return watch.handle("canWrite", number, call -> handle.canWrite(watched(next)));
  }

  @Override
  public boolean canFlush(Next next) throws IOException {
    return watch.handle("canFlush", number, call -> handle.canFlush(watched(next)));
  }

  @Override
  public boolean canTrim(Next next) throws IOException {
    return watch.handle("canTrim", number, call -> handle.canTrim(watched(next)));
  }

  @Override
  public Support canZero(Next next) throws IOException {
    return watch.handle("canZero", number, call -> handle.canZero(watched(next)));
  }

  @Override
  public boolean canFastZero(Next next) throws IOException {
    return watch.handle("canFastZero", number, call -> handle.canFastZero(watched(next)));
  }

  @Override
  public boolean canExtents(Next next) throws IOException {
    return watch.handle("canExtents", number, call -> handle.canExtents(watched(next)));
  }

  @Override
  public Support canFua(Next next) throws IOException {
    return watch.handle("canFua", number, call -> handle.canFua(watched(next)));
  }

  @Override
  public boolean canMultiConn(Next next) throws IOException {
    return watch.handle("canMultiConn", number, call -> handle.canMultiConn(watched(next)));
  }

  @Override
  public Support canCache(Next next) throws IOException {
    return watch.handle("canCache", number, call -> handle.canCache(watched(next)));
  }

  @Override
  public boolean isRotational(Next next) throws IOException {
    return watch.handle("isRotational", number, call -> handle.isRotational(watched(next)));
  }

  @Override
  public List<String> metaContexts(Next next) throws IOException {
    return watch.handle("metaContexts", number, call -> handle.metaContexts(watched(next)));
  }

  @Override
  public void read(Next next, long offset, long count, ReadSink sink) throws IOException {
    data(
        "read",
        offset,
        count,
        Flags.NONE,
        call -> handle.read(watched(next), offset, count, new WatchedSink(sink, call)));
  }

  @Override
  public void pwrite(Next next, ByteBuffer buffer, long offset, Flags flags) throws IOException {
    data(
        "pwrite",
        offset,
        buffer.remaining(),
        flags,
        call -> handle.pwrite(watched(next), buffer, offset, flags));
  }

  /** Calls what the server would have called. */
  @Override
  public void write(Next next, long offset, long count, WriteSource source, Flags flags)
      throws IOException {
    if (!WriteSources.callsWrite(handle)) {
      pwrite(next, source.buffer((int) count), offset, flags);
      return;
    }
    data(
        "write",
        offset,
        count,
        flags,
        call -> handle.write(watched(next), offset, count, new WatchedSource(source, call), flags));
  }

  @Override
  public void flush(Next next) throws IOException {
    data("flush", 0, 0, Flags.NONE, call -> handle.flush(watched(next)));
  }

  @Override
  public void trim(Next next, long offset, long count, Flags flags) throws IOException {
    data("trim", offset, count, flags, call -> handle.trim(watched(next), offset, count, flags));
  }

  @Override
  public void zero(Next next, long offset, long count, Flags flags) throws IOException {
    data("zero", offset, count, flags, call -> handle.zero(watched(next), offset, count, flags));
  }

  @Override
  public void extents(Next next, long offset, long count, Flags flags, ExtentSink sink)
      throws IOException {
    data(
        "extents",
        offset,
        count,
        flags,
        call ->
            handle.extents(
                watched(next),
                offset,
                count,
                flags,
                (at, length, type) -> {
                  call.extents.add(new Extent(at, length, type));
                  sink.add(at, length, type);
                }));
  }

  @Override
  public void metaExtents(
      Next next, String context, long offset, long count, Flags flags, MetaSink sink)
      throws IOException {
    data(
        "metaExtents",
        offset,
        count,
        flags,
        call ->
            handle.metaExtents(
                watched(next),
                context,
                offset,
                count,
                flags,
                (at, length, status) -> {
                  call.extents.add(new MetaExtent(at, length, status));
                  sink.add(at, length, status);
                }));
  }

  @Override
  public void cache(Next next, long offset, long count) throws IOException {
    data("cache", offset, count, Flags.NONE, call -> handle.cache(watched(next), offset, count));
  }

  private void data(String name, long offset, long count, Flags flags, Watch.Action action)
      throws IOException {
    watch.data(new Call(name, number, offset, count, flags), running, action);
  }
}
