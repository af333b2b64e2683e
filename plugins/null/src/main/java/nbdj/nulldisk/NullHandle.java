package nbdj.nulldisk;

import java.io.IOException;
import java.nio.ByteBuffer;
import nbdj.api.ExtentSink;
import nbdj.api.ExtentType;
import nbdj.api.Flags;
import nbdj.api.PluginHandle;
import nbdj.api.ReadSink;
import nbdj.api.Support;

/**
 * One connection's view of the disk. It has no state, so all is done as soon as it is asked for.
 */
final class NullHandle implements PluginHandle {
  private final long size;

  NullHandle(long size) {
    this.size = size;
  }

  @Override
  public long size() {
    return size;
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
  public void pread(ByteBuffer buffer, long offset) {
    while (buffer.remaining() >= Long.BYTES) {
      buffer.putLong(0);
    }
    while (buffer.hasRemaining()) {
      buffer.put((byte) 0);
    }
  }

  @Override
  public void read(long offset, long count, ReadSink sink) throws IOException {
    sink.zeroes(count);
  }

  @Override
  public void pwrite(ByteBuffer buffer, long offset, Flags flags) {
    buffer.position(buffer.limit());
  }

  @Override
  public void flush() {}

  @Override
  public void trim(long offset, long count, Flags flags) {}

  @Override
  public void zero(long offset, long count, Flags flags) {}

  @Override
  public void extents(long offset, long count, Flags flags, ExtentSink sink) throws IOException {
    sink.add(offset, count, ExtentType.HOLE_ZERO);
  }

  @Override
  public void cache(long offset, long count) {}
}
