package nbdj.runtime.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import nbdj.api.ExtentSink;
import nbdj.api.Flag;
import nbdj.api.Flags;
import nbdj.api.OpenRequest;
import nbdj.api.Plugin;
import nbdj.api.PluginHandle;
import nbdj.api.ReadSink;
import nbdj.api.Support;
import nbdj.api.ThreadModel;
import nbdj.runtime.testing.MemoryExport;

/** A sparse disk in memory, shared by all connections, that counts what is opened and closed. */
class RamPlugin implements Plugin {
  final AtomicInteger opens = new AtomicInteger();
  final AtomicInteger closes = new AtomicInteger();
  final AtomicInteger cleanups = new AtomicInteger();
  final MemoryExport disk;

  RamPlugin(long size) {
    disk = new MemoryExport("", size);
  }

  @Override
  public ThreadModel threadModel() {
    return ThreadModel.PARALLEL;
  }

  @Override
  public void cleanup() {
    cleanups.incrementAndGet();
  }

  @Override
  public PluginHandle open(OpenRequest request) throws IOException {
    opens.incrementAndGet();
    return new Handle();
  }

  class Handle implements PluginHandle {
    @Override
    public long size() throws IOException {
      return disk.size();
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
    public Support canCache() {
      return Support.NATIVE;
    }

    @Override
    public void cache(long offset, long count) throws IOException {
      disk.cache(offset, count);
    }

    @Override
    public boolean canMultiConn() {
      return true;
    }

    @Override
    public void pread(ByteBuffer buffer, long offset) throws IOException {
      disk.pread(buffer, offset);
    }

    @Override
    public void read(long offset, long count, ReadSink sink) throws IOException {
      disk.read(offset, count, sink);
    }

    @Override
    public void pwrite(ByteBuffer buffer, long offset, Flags flags) throws IOException {
      disk.pwrite(buffer, offset, flags);
    }

    @Override
    public void flush() throws IOException {
      disk.flush();
    }

    @Override
    public void trim(long offset, long count, Flags flags) throws IOException {
      disk.zero(offset, count, flags.with(Flag.MAY_TRIM));
    }

    @Override
    public void zero(long offset, long count, Flags flags) throws IOException {
      disk.zero(offset, count, flags);
    }

    @Override
    public void extents(long offset, long count, Flags flags, ExtentSink sink) throws IOException {
      disk.extents(offset, count, flags, sink);
    }

    @Override
    public void close() {
      closes.incrementAndGet();
    }
  }
}
