package nbdj.tck;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import nbdj.api.BlockSize;
import nbdj.api.ExtentSink;
import nbdj.api.FilterHandle;
import nbdj.api.Flags;
import nbdj.api.MetaSink;
import nbdj.api.Next;
import nbdj.api.PluginHandle;
import nbdj.api.ReadSink;
import nbdj.api.Support;

/** A plugin's handle that does what a filter's does, over the device inside the plugin. */
record PluginOfHandle(FilterHandle handle, Next next) implements PluginHandle {
  @Override
  public void close() throws IOException {
    handle.close();
  }

  @Override
  public long size() throws IOException {
    return handle.size(next);
  }

  @Override
  public Optional<String> description() throws IOException {
    return handle.description(next);
  }

  @Override
  public BlockSize blockSize() throws IOException {
    return handle.blockSize(next);
  }

  @Override
  public boolean canWrite() throws IOException {
    return handle.canWrite(next);
  }

  @Override
  public boolean canFlush() throws IOException {
    return handle.canFlush(next);
  }

  @Override
  public boolean canTrim() throws IOException {
    return handle.canTrim(next);
  }

  @Override
  public boolean canZero() throws IOException {
    return handle.canZero(next) == Support.NATIVE;
  }

  @Override
  public boolean canFastZero() throws IOException {
    return handle.canFastZero(next);
  }

  @Override
  public boolean canExtents() throws IOException {
    return handle.canExtents(next);
  }

  @Override
  public Support canFua() throws IOException {
    return handle.canFua(next);
  }

  @Override
  public boolean canMultiConn() throws IOException {
    return handle.canMultiConn(next);
  }

  @Override
  public Support canCache() throws IOException {
    return handle.canCache(next);
  }

  @Override
  public boolean isRotational() throws IOException {
    return handle.isRotational(next);
  }

  @Override
  public List<String> metaContexts() throws IOException {
    return handle.metaContexts(next);
  }

  @Override
  public void pread(ByteBuffer buffer, long offset) throws IOException {
    Answer answer = new Answer();
    handle.read(next, offset, buffer.remaining(), answer);
    byte[] bytes = answer.bytes();
    buffer.put(bytes, 0, Math.min(bytes.length, buffer.remaining()));
  }

  @Override
  public void read(long offset, long count, ReadSink sink) throws IOException {
    handle.read(next, offset, count, sink);
  }

  @Override
  public void pwrite(ByteBuffer buffer, long offset, Flags flags) throws IOException {
    handle.pwrite(next, buffer, offset, flags);
  }

  @Override
  public void flush() throws IOException {
    handle.flush(next);
  }

  @Override
  public void trim(long offset, long count, Flags flags) throws IOException {
    handle.trim(next, offset, count, flags);
  }

  @Override
  public void zero(long offset, long count, Flags flags) throws IOException {
    handle.zero(next, offset, count, flags);
  }

  @Override
  public void extents(long offset, long count, Flags flags, ExtentSink sink) throws IOException {
    handle.extents(next, offset, count, flags, sink);
  }

  @Override
  public void metaExtents(String context, long offset, long count, Flags flags, MetaSink sink)
      throws IOException {
    handle.metaExtents(next, context, offset, count, flags, sink);
  }

  @Override
  public void cache(long offset, long count) throws IOException {
    handle.cache(next, offset, count);
  }
}
