package nbdj.runtime.chain;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import nbdj.api.BlockSize;
import nbdj.api.ExtentSink;
import nbdj.api.Flags;
import nbdj.api.MetaSink;
import nbdj.api.NbdException;
import nbdj.api.PluginHandle;
import nbdj.api.Support;

/** The callbacks of one handle of a plugin. */
final class PluginCalls implements LayerCalls {
  private static final int LARGEST_BUFFER = 64 << 20;

  private final PluginHandle handle;
  private final Faults faults;

  /** The handle has a read of its own, which is not the one that calls pread. */
  private final boolean ownRead;

  /** The handle has a write of its own, which is not the one that calls pwrite. */
  private final boolean ownWrite;

  PluginCalls(PluginHandle handle, Faults faults) {
    this.handle = handle;
    this.faults = faults;
    this.ownRead = OwnRead.OF.get(handle.getClass());
    this.ownWrite = WriteSources.callsWrite(handle);
  }

  @Override
  public List<LayerContext> below() {
    return List.of();
  }

  @Override
  public void beginPrepare() {
    // There is nothing below.
  }

  @Override
  public void endPrepared() {
    // There is nothing below.
  }

  @Override
  public void prepare() {
    // A plugin's handle is ready when it is open.
  }

  @Override
  public void finalizeHandle() {
    // A plugin's handle is only closed.
  }

  @Override
  public void close() throws IOException {
    handle.close();
  }

  @Override
  public long size() throws IOException {
    return handle.size();
  }

  @Override
  public Optional<String> description() throws IOException {
    return handle.description();
  }

  @Override
  public BlockSize blockSize() throws IOException {
    return handle.blockSize();
  }

  @Override
  public boolean canWrite() throws IOException {
    return handle.canWrite();
  }

  @Override
  public boolean canFlush() throws IOException {
    return handle.canFlush();
  }

  @Override
  public boolean canTrim() throws IOException {
    return handle.canTrim();
  }

  @Override
  public Support canZero() throws IOException {
    return handle.canZero() ? Support.NATIVE : Support.EMULATE;
  }

  @Override
  public boolean canFastZero() throws IOException {
    return handle.canFastZero();
  }

  @Override
  public boolean canExtents() throws IOException {
    return handle.canExtents();
  }

  @Override
  public Support canFua() throws IOException {
    return handle.canFua();
  }

  @Override
  public boolean canMultiConn() throws IOException {
    return handle.canMultiConn();
  }

  @Override
  public Support canCache() throws IOException {
    return handle.canCache();
  }

  @Override
  public boolean isRotational() throws IOException {
    return handle.isRotational();
  }

  @Override
  public List<String> metaContexts() throws IOException {
    return handle.metaContexts();
  }

  @Override
  public void read(long offset, long count, CountedSink sink) throws IOException {
    if (ownRead) {
      handle.read(offset, count, sink);
      return;
    }
    // What the default of read does, but a short pread is seen.
    for (long done = 0; done < count; ) {
      int part = (int) Math.min(count - done, LARGEST_BUFFER);
      pread(sink.buffer(part), offset + done);
      done += part;
    }
  }

  @Override
  public void pread(ByteBuffer buffer, long offset) throws IOException {
    int end = buffer.limit();
    handle.pread(buffer, offset);
    if (buffer.position() != end) {
      throw shortRead(buffer, end);
    }
  }

  private NbdException shortRead(ByteBuffer buffer, int end) {
    return faults.violation(
        "R-2", "pread left its buffer at %d instead of %d".formatted(buffer.position(), end));
  }

  @Override
  public void pwrite(ByteBuffer buffer, long offset, Flags flags) throws IOException {
    handle.pwrite(buffer, offset, flags);
  }

  @Override
  public boolean takesSource() {
    return ownWrite;
  }

  @Override
  public void write(long offset, long count, CountedSource source, Flags flags) throws IOException {
    if (ownWrite) {
      handle.write(offset, count, source, flags);
    } else {
      handle.pwrite(source.buffer((int) count), offset, flags);
    }
  }

  @Override
  public void flush() throws IOException {
    handle.flush();
  }

  @Override
  public void trim(long offset, long count, Flags flags) throws IOException {
    handle.trim(offset, count, flags);
  }

  @Override
  public void zero(long offset, long count, Flags flags) throws IOException {
    handle.zero(offset, count, flags);
  }

  @Override
  public void extents(long offset, long count, Flags flags, ExtentSink sink) throws IOException {
    handle.extents(offset, count, flags, sink);
  }

  @Override
  public void metaExtents(String context, long offset, long count, Flags flags, MetaSink sink)
      throws IOException {
    handle.metaExtents(context, offset, count, flags, sink);
  }

  @Override
  public void cache(long offset, long count) throws IOException {
    handle.cache(offset, count);
  }
}
