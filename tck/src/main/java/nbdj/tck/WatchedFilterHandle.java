package nbdj.tck;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import nbdj.api.BlockSize;
import nbdj.api.Context;
import nbdj.api.ExtentSink;
import nbdj.api.FilterHandle;
import nbdj.api.Flags;
import nbdj.api.Next;
import nbdj.api.ReadSink;
import nbdj.api.Support;

/** Records every call on its way to the handle of the filter under test. */
final class WatchedFilterHandle implements FilterHandle {
  private final FilterHandle handle;
  private final Watch watch;
  private final int number;
  private final AtomicInteger running = new AtomicInteger();

  WatchedFilterHandle(FilterHandle handle, Watch watch, int number) {
    this.handle = handle;
    this.watch = watch;
    this.number = number;
  }

  @Override
  public void prepare(Context context) throws IOException {
    watch.handle(
        "prepare",
        number,
        call -> {
          handle.prepare(context);
          return call;
        });
  }

  @Override
  public void finalize(Context context) throws IOException {
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
          handle.close();
          return call;
        });
  }

  @Override
  public long size(Next next) throws IOException {
    return watch.handle("size", number, call -> handle.size(next));
  }

  @Override
  public Optional<String> description(Next next) throws IOException {
    return watch.handle("description", number, call -> handle.description(next));
  }

  @Override
  public BlockSize blockSize(Next next) throws IOException {
    return watch.handle("blockSize", number, call -> handle.blockSize(next));
  }

  @Override
  public boolean canWrite(Next next) throws IOException {
    return watch.handle("canWrite", number, call -> handle.canWrite(next));
  }

  @Override
  public boolean canFlush(Next next) throws IOException {
    return watch.handle("canFlush", number, call -> handle.canFlush(next));
  }

  @Override
  public boolean canTrim(Next next) throws IOException {
    return watch.handle("canTrim", number, call -> handle.canTrim(next));
  }

  @Override
  public Support canZero(Next next) throws IOException {
    return watch.handle("canZero", number, call -> handle.canZero(next));
  }

  @Override
  public boolean canFastZero(Next next) throws IOException {
    return watch.handle("canFastZero", number, call -> handle.canFastZero(next));
  }

  @Override
  public boolean canExtents(Next next) throws IOException {
    return watch.handle("canExtents", number, call -> handle.canExtents(next));
  }

  @Override
  public Support canFua(Next next) throws IOException {
    return watch.handle("canFua", number, call -> handle.canFua(next));
  }

  @Override
  public boolean canMultiConn(Next next) throws IOException {
    return watch.handle("canMultiConn", number, call -> handle.canMultiConn(next));
  }

  @Override
  public Support canCache(Next next) throws IOException {
    return watch.handle("canCache", number, call -> handle.canCache(next));
  }

  @Override
  public boolean isRotational(Next next) throws IOException {
    return watch.handle("isRotational", number, call -> handle.isRotational(next));
  }

  @Override
  public void read(Next next, long offset, long count, ReadSink sink) throws IOException {
    data(
        "read",
        offset,
        count,
        Flags.NONE,
        call -> handle.read(next, offset, count, new WatchedSink(sink, call)));
  }

  @Override
  public void pwrite(Next next, ByteBuffer buffer, long offset, Flags flags) throws IOException {
    data(
        "pwrite",
        offset,
        buffer.remaining(),
        flags,
        call -> handle.pwrite(next, buffer, offset, flags));
  }

  @Override
  public void flush(Next next) throws IOException {
    data("flush", 0, 0, Flags.NONE, call -> handle.flush(next));
  }

  @Override
  public void trim(Next next, long offset, long count, Flags flags) throws IOException {
    data("trim", offset, count, flags, call -> handle.trim(next, offset, count, flags));
  }

  @Override
  public void zero(Next next, long offset, long count, Flags flags) throws IOException {
    data("zero", offset, count, flags, call -> handle.zero(next, offset, count, flags));
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
                next,
                offset,
                count,
                flags,
                (at, length, type) -> {
                  call.extents.add(new Extent(at, length, type));
                  sink.add(at, length, type);
                }));
  }

  @Override
  public void cache(Next next, long offset, long count) throws IOException {
    data("cache", offset, count, Flags.NONE, call -> handle.cache(next, offset, count));
  }

  private void data(String name, long offset, long count, Flags flags, Watch.Action action)
      throws IOException {
    watch.data(new Call(name, number, offset, count, flags), running, action);
  }
}
