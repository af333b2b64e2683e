package nbdj.tck.blackbox;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import nbdj.api.BlockSize;
import nbdj.api.ExtentSink;
import nbdj.api.Flags;
import nbdj.api.PluginHandle;
import nbdj.api.ReadSink;
import nbdj.api.Support;

/** A handle that does what another does, but for what a test breaks. */
class Forwarding implements PluginHandle {
  final PluginHandle honest;

  Forwarding(PluginHandle honest) {
    this.honest = honest;
  }

  @Override
  public long size() throws IOException {
    return honest.size();
  }

  @Override
  public Optional<String> description() throws IOException {
    return honest.description();
  }

  @Override
  public BlockSize blockSize() throws IOException {
    return honest.blockSize();
  }

  @Override
  public boolean canWrite() throws IOException {
    return honest.canWrite();
  }

  @Override
  public boolean canFlush() throws IOException {
    return honest.canFlush();
  }

  @Override
  public boolean canTrim() throws IOException {
    return honest.canTrim();
  }

  @Override
  public boolean canZero() throws IOException {
    return honest.canZero();
  }

  @Override
  public boolean canFastZero() throws IOException {
    return honest.canFastZero();
  }

  @Override
  public boolean canExtents() throws IOException {
    return honest.canExtents();
  }

  @Override
  public Support canFua() throws IOException {
    return honest.canFua();
  }

  @Override
  public boolean canMultiConn() throws IOException {
    return honest.canMultiConn();
  }

  @Override
  public Support canCache() throws IOException {
    return honest.canCache();
  }

  @Override
  public void pread(ByteBuffer buffer, long offset) throws IOException {
    honest.pread(buffer, offset);
  }

  @Override
  public void read(long offset, long count, ReadSink sink) throws IOException {
    honest.read(offset, count, sink);
  }

  @Override
  public void pwrite(ByteBuffer buffer, long offset, Flags flags) throws IOException {
    honest.pwrite(buffer, offset, flags);
  }

  @Override
  public void flush() throws IOException {
    honest.flush();
  }

  @Override
  public void trim(long offset, long count, Flags flags) throws IOException {
    honest.trim(offset, count, flags);
  }

  @Override
  public void zero(long offset, long count, Flags flags) throws IOException {
    honest.zero(offset, count, flags);
  }

  @Override
  public void extents(long offset, long count, Flags flags, ExtentSink sink) throws IOException {
    honest.extents(offset, count, flags, sink);
  }

  @Override
  public void cache(long offset, long count) throws IOException {
    honest.cache(offset, count);
  }

  @Override
  public void close() throws IOException {
    honest.close();
  }
}
