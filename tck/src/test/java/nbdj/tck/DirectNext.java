package nbdj.tck;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import nbdj.api.BlockSize;
import nbdj.api.ExtentSink;
import nbdj.api.Flags;
import nbdj.api.MetaSink;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.Next;
import nbdj.api.PluginHandle;
import nbdj.api.ReadSink;
import nbdj.api.Support;

/** A plugin's handle as a filter would see it, but with little of a server in between. */
record DirectNext(PluginHandle handle) implements Next {
  @Override
  public String exportName() {
    return "";
  }

  @Override
  public boolean readOnly() {
    return false;
  }

  @Override
  public boolean shared() {
    return false;
  }

  @Override
  public void prepare() {}

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
    return handle.canZero() ? Support.NATIVE : Support.NONE;
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
  public void read(long offset, long count, ReadSink sink) throws IOException {
    check(offset, count);
    handle.read(offset, count, sink);
  }

  @Override
  public void pread(ByteBuffer buffer, long offset) throws IOException {
    check(offset, buffer.remaining());
    handle.pread(buffer, offset);
  }

  @Override
  public void pwrite(ByteBuffer buffer, long offset, Flags flags) throws IOException {
    check(offset, buffer.remaining());
    handle.pwrite(buffer, offset, flags);
  }

  @Override
  public void flush() throws IOException {
    handle.flush();
  }

  @Override
  public void trim(long offset, long count, Flags flags) throws IOException {
    check(offset, count);
    handle.trim(offset, count, flags);
  }

  @Override
  public void zero(long offset, long count, Flags flags) throws IOException {
    check(offset, count);
    handle.zero(offset, count, flags);
  }

  @Override
  public void extents(long offset, long count, Flags flags, ExtentSink sink) throws IOException {
    check(offset, count);
    handle.extents(
        offset,
        count,
        flags,
        (at, length, type) -> {
          long end = Math.min(at + length, offset + count);
          long begin = Math.max(at, offset);
          if (begin < end) {
            sink.add(begin, end - begin, type);
          }
        });
  }

  @Override
  public void metaExtents(String context, long offset, long count, Flags flags, MetaSink sink)
      throws IOException {
    check(offset, count);
    handle.metaExtents(
        context,
        offset,
        count,
        flags,
        (at, length, status) -> {
          long end = Math.min(at + length, offset + count);
          long begin = Math.max(at, offset);
          if (begin < end) {
            sink.add(begin, end - begin, status);
          }
        });
  }

  @Override
  public void cache(long offset, long count) throws IOException {
    check(offset, count);
    handle.cache(offset, count);
  }

  private void check(long offset, long count) throws IOException {
    if (offset < 0 || count < 1 || offset > size() - count) {
      throw new NbdException(
          NbdError.EINVAL, "%d bytes at %d are outside the device".formatted(count, offset));
    }
  }
}
