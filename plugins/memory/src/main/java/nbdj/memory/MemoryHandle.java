package nbdj.memory;

import java.io.IOException;
import java.nio.ByteBuffer;
import nbdj.api.BlockSize;
import nbdj.api.ExtentSink;
import nbdj.api.Flag;
import nbdj.api.Flags;
import nbdj.api.PluginHandle;
import nbdj.api.ReadSink;
import nbdj.api.Support;
import nbdj.api.WriteSource;

/**
 * One connection's view of the disk.
 *
 * <p>Memory is as durable as it will ever be once it is written, so flush and FUA have nothing to
 * do; and it is all cache, so fetching a range has not either.
 */
final class MemoryHandle implements PluginHandle {
  private final Store store;
  private final long size;

  MemoryHandle(Store store, long size) {
    this.store = store;
    this.size = size;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public BlockSize blockSize() {
    return new BlockSize(1, store.preferredBlock(), BlockSize.UNLIMITED);
  }

  @Override
  public boolean canWrite() {
    return true;
  }

  @Override
  public boolean canFlush() {
    return true;
  }

  @Override
  public boolean canTrim() {
    return true;
  }

  @Override
  public boolean canZero() {
    return true;
  }

  @Override
  public boolean canFastZero() {
    return true;
  }

  @Override
  public boolean canExtents() {
    return true;
  }

  @Override
  public Support canFua() {
    return Support.NATIVE;
  }

  @Override
  public boolean canMultiConn() {
    return true;
  }

  @Override
  public Support canCache() {
    return Support.NATIVE;
  }

  @Override
  public void pread(ByteBuffer buffer, long offset) throws IOException {
    store.read(buffer, offset);
  }

  @Override
  public void read(long offset, long count, ReadSink sink) throws IOException {
    store.read(offset, count, sink);
  }

  @Override
  public void pwrite(ByteBuffer buffer, long offset, Flags flags) throws IOException {
    store.write(buffer, offset);
  }

  @Override
  public void write(long offset, long count, WriteSource source, Flags flags) throws IOException {
    store.write(offset, count, source);
  }

  @Override
  public void flush() {}

  @Override
  public void trim(long offset, long count, Flags flags) {
    store.zero(offset, count, true);
  }

  @Override
  public void zero(long offset, long count, Flags flags) {
    store.zero(offset, count, flags.has(Flag.MAY_TRIM));
  }

  @Override
  public void extents(long offset, long count, Flags flags, ExtentSink sink) throws IOException {
    store.extents(offset, count, flags.has(Flag.REQ_ONE), sink);
  }

  @Override
  public void cache(long offset, long count) {}
}
