package nbdj.tck;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import nbdj.api.BlockSize;
import nbdj.api.ExtentSink;
import nbdj.api.Flags;
import nbdj.api.MetaSink;
import nbdj.api.PluginHandle;
import nbdj.api.ReadSink;
import nbdj.api.Support;
import nbdj.api.WriteSource;
import nbdj.runtime.chain.WriteSources;

/** Records every call on its way to the handle of the plugin under test. */
final class WatchedPluginHandle implements PluginHandle {
  private final PluginHandle handle;
  private final Watch watch;
  private final int number;
  private final AtomicInteger running = new AtomicInteger();

  WatchedPluginHandle(PluginHandle handle, Watch watch, int number) {
    this.handle = handle;
    this.watch = watch;
    this.number = number;
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
  public long size() throws IOException {
    return watch.handle("size", number, call -> handle.size());
  }

  @Override
  public Optional<String> description() throws IOException {
    return watch.handle("description", number, call -> handle.description());
  }

  @Override
  public BlockSize blockSize() throws IOException {
    return watch.handle("blockSize", number, call -> handle.blockSize());
  }

  @Override
  public boolean canWrite() throws IOException {
    return watch.handle("canWrite", number, call -> handle.canWrite());
  }

  @Override
  public boolean canFlush() throws IOException {
    return watch.handle("canFlush", number, call -> handle.canFlush());
  }

  @Override
  public boolean canTrim() throws IOException {
    return watch.handle("canTrim", number, call -> handle.canTrim());
  }

  @Override
  public boolean canZero() throws IOException {
    return watch.handle("canZero", number, call -> handle.canZero());
  }

  @Override
  public boolean canFastZero() throws IOException {
    return watch.handle("canFastZero", number, call -> handle.canFastZero());
  }

  @Override
  public boolean canExtents() throws IOException {
    return watch.handle("canExtents", number, call -> handle.canExtents());
  }

  @Override
  public Support canFua() throws IOException {
    return watch.handle("canFua", number, call -> handle.canFua());
  }

  @Override
  public boolean canMultiConn() throws IOException {
    return watch.handle("canMultiConn", number, call -> handle.canMultiConn());
  }

  @Override
  public Support canCache() throws IOException {
    return watch.handle("canCache", number, call -> handle.canCache());
  }

  @Override
  public boolean isRotational() throws IOException {
    return watch.handle("isRotational", number, call -> handle.isRotational());
  }

  @Override
  public List<String> metaContexts() throws IOException {
    return watch.handle("metaContexts", number, call -> handle.metaContexts());
  }

  @Override
  public void pread(ByteBuffer buffer, long offset) throws IOException {
    long count = buffer.remaining();
    data(
        "pread",
        offset,
        count,
        Flags.NONE,
        call -> {
          handle.pread(buffer, offset);
          call.answered = count - buffer.remaining();
        });
  }

  @Override
  public void read(long offset, long count, ReadSink sink) throws IOException {
    data(
        "read",
        offset,
        count,
        Flags.NONE,
        call -> handle.read(offset, count, new WatchedSink(sink, call)));
  }

  @Override
  public void pwrite(ByteBuffer buffer, long offset, Flags flags) throws IOException {
    data("pwrite", offset, buffer.remaining(), flags, call -> handle.pwrite(buffer, offset, flags));
  }

  /** Calls what the server would have called. */
  @Override
  public void write(long offset, long count, WriteSource source, Flags flags) throws IOException {
    if (!WriteSources.callsWrite(handle)) {
      pwrite(source.buffer((int) count), offset, flags);
      return;
    }
    data(
        "write",
        offset,
        count,
        flags,
        call -> handle.write(offset, count, new WatchedSource(source, call), flags));
  }

  @Override
  public void flush() throws IOException {
    data("flush", 0, 0, Flags.NONE, call -> handle.flush());
  }

  @Override
  public void trim(long offset, long count, Flags flags) throws IOException {
    data("trim", offset, count, flags, call -> handle.trim(offset, count, flags));
  }

  @Override
  public void zero(long offset, long count, Flags flags) throws IOException {
    data("zero", offset, count, flags, call -> handle.zero(offset, count, flags));
  }

  @Override
  public void extents(long offset, long count, Flags flags, ExtentSink sink) throws IOException {
    data(
        "extents",
        offset,
        count,
        flags,
        call ->
            handle.extents(
                offset,
                count,
                flags,
                (at, length, type) -> {
                  call.extents.add(new Extent(at, length, type));
                  sink.add(at, length, type);
                }));
  }

  @Override
  public void metaExtents(String context, long offset, long count, Flags flags, MetaSink sink)
      throws IOException {
    data(
        "metaExtents",
        offset,
        count,
        flags,
        call ->
            handle.metaExtents(
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
  public void cache(long offset, long count) throws IOException {
    data("cache", offset, count, Flags.NONE, call -> handle.cache(offset, count));
  }

  private void data(String name, long offset, long count, Flags flags, Watch.Action action)
      throws IOException {
    watch.data(new Call(name, number, offset, count, flags), running, action);
  }
}
