package nbdj.runtime.chain;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import nbdj.api.BlockSize;
import nbdj.api.ExtentSink;
import nbdj.api.FilterHandle;
import nbdj.api.Flags;
import nbdj.api.MetaSink;
import nbdj.api.Support;

/** The callbacks of one handle of a filter, each given what the filter's context holds now. */
final class FilterCalls implements LayerCalls {
  private final FilterHandle handle;
  private final Hold hold;
  private final Faults faults;

  /** The handle has a write of its own, which is not the one that calls pwrite. */
  private final boolean ownWrite;

  FilterCalls(FilterHandle handle, Hold hold, Faults faults) {
    this.handle = handle;
    this.hold = hold;
    this.faults = faults;
    this.ownWrite = WriteSources.callsWrite(handle);
  }

  @Override
  public List<LayerContext> below() {
    return hold.owned();
  }

  @Override
  public void beginPrepare() {
    hold.beginPrepare();
  }

  @Override
  public void endPrepared() {
    hold.endPrepared();
  }

  @Override
  public void prepare() throws IOException {
    handle.prepare(hold);
  }

  @Override
  public void finalizeHandle() throws IOException {
    handle.finalize(hold);
  }

  @Override
  public void close() throws IOException {
    try {
      handle.close();
    } finally {
      hold.end();
    }
  }

  @Override
  public long size() throws IOException {
    return handle.size(hold.current());
  }

  @Override
  public Optional<String> description() throws IOException {
    return handle.description(hold.current());
  }

  @Override
  public BlockSize blockSize() throws IOException {
    return handle.blockSize(hold.current());
  }

  @Override
  public boolean canWrite() throws IOException {
    return handle.canWrite(hold.current());
  }

  @Override
  public boolean canFlush() throws IOException {
    return handle.canFlush(hold.current());
  }

  @Override
  public boolean canTrim() throws IOException {
    return handle.canTrim(hold.current());
  }

  @Override
  public Support canZero() throws IOException {
    return handle.canZero(hold.current());
  }

  @Override
  public boolean canFastZero() throws IOException {
    return handle.canFastZero(hold.current());
  }

  @Override
  public boolean canExtents() throws IOException {
    return handle.canExtents(hold.current());
  }

  @Override
  public Support canFua() throws IOException {
    return handle.canFua(hold.current());
  }

  @Override
  public boolean canMultiConn() throws IOException {
    return handle.canMultiConn(hold.current());
  }

  @Override
  public Support canCache() throws IOException {
    return handle.canCache(hold.current());
  }

  @Override
  public boolean isRotational() throws IOException {
    return handle.isRotational(hold.current());
  }

  @Override
  public List<String> metaContexts() throws IOException {
    return handle.metaContexts(hold.current());
  }

  @Override
  public void read(long offset, long count, CountedSink sink) throws IOException {
    handle.read(hold.current(), offset, count, sink);
  }

  @Override
  public void pread(ByteBuffer buffer, long offset) throws IOException {
    int count = buffer.remaining();
    int end = buffer.limit();
    BufferSink sink = new BufferSink(buffer.duplicate());
    handle.read(hold.current(), offset, count, sink);
    if (sink.received() != count) {
      throw faults.violation(
          "R-2", "read answered %d bytes instead of %d".formatted(sink.received(), count));
    }
    buffer.position(end);
  }

  @Override
  public void pwrite(ByteBuffer buffer, long offset, Flags flags) throws IOException {
    handle.pwrite(hold.current(), buffer, offset, flags);
  }

  @Override
  public boolean takesSource() {
    return ownWrite && WriteSources.takenBy(hold.current());
  }

  @Override
  public void write(long offset, long count, CountedSource source, Flags flags) throws IOException {
    if (ownWrite) {
      handle.write(hold.current(), offset, count, source, flags);
    } else {
      handle.pwrite(hold.current(), source.buffer((int) count), offset, flags);
    }
  }

  @Override
  public void flush() throws IOException {
    handle.flush(hold.current());
  }

  @Override
  public void trim(long offset, long count, Flags flags) throws IOException {
    handle.trim(hold.current(), offset, count, flags);
  }

  @Override
  public void zero(long offset, long count, Flags flags) throws IOException {
    handle.zero(hold.current(), offset, count, flags);
  }

  @Override
  public void extents(long offset, long count, Flags flags, ExtentSink sink) throws IOException {
    handle.extents(hold.current(), offset, count, flags, sink);
  }

  @Override
  public void metaExtents(String context, long offset, long count, Flags flags, MetaSink sink)
      throws IOException {
    handle.metaExtents(hold.current(), context, offset, count, flags, sink);
  }

  @Override
  public void cache(long offset, long count) throws IOException {
    handle.cache(hold.current(), offset, count);
  }
}
