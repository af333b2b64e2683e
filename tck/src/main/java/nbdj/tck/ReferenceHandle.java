package nbdj.tck;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import nbdj.api.ExtentSink;
import nbdj.api.ExtentType;
import nbdj.api.Flag;
import nbdj.api.Flags;
import nbdj.api.MetaSink;
import nbdj.api.PluginHandle;
import nbdj.api.ReadSink;
import nbdj.api.Support;

/** An open {@link ReferencePlugin}. Tests of the contracts break it in one place each. */
class ReferenceHandle implements PluginHandle {
  final ReferencePlugin plugin;
  final ReferenceDevice device;

  ReferenceHandle(ReferencePlugin plugin) {
    this.plugin = plugin;
    this.device = plugin.device();
  }

  @Override
  public long size() throws IOException {
    plugin.hook().before("size");
    return device.size();
  }

  @Override
  public boolean canWrite() throws IOException {
    plugin.hook().before("canWrite");
    return plugin.has(Feature.WRITE);
  }

  @Override
  public boolean canFlush() throws IOException {
    plugin.hook().before("canFlush");
    return plugin.has(Feature.FLUSH);
  }

  @Override
  public boolean canTrim() throws IOException {
    plugin.hook().before("canTrim");
    return plugin.has(Feature.TRIM);
  }

  @Override
  public boolean canZero() throws IOException {
    plugin.hook().before("canZero");
    return plugin.has(Feature.ZERO);
  }

  @Override
  public boolean canFastZero() throws IOException {
    plugin.hook().before("canFastZero");
    return true;
  }

  @Override
  public boolean canExtents() throws IOException {
    plugin.hook().before("canExtents");
    return plugin.has(Feature.EXTENTS);
  }

  @Override
  public Support canFua() throws IOException {
    plugin.hook().before("canFua");
    if (plugin.has(Feature.FUA)) {
      return Support.NATIVE;
    }
    return plugin.has(Feature.FLUSH) ? Support.EMULATE : Support.NONE;
  }

  @Override
  public boolean canMultiConn() throws IOException {
    plugin.hook().before("canMultiConn");
    return plugin.has(Feature.MULTI_CONN);
  }

  @Override
  public Support canCache() throws IOException {
    plugin.hook().before("canCache");
    return plugin.has(Feature.CACHE) ? Support.NATIVE : Support.NONE;
  }

  @Override
  public List<String> metaContexts() throws IOException {
    plugin.hook().before("metaContexts");
    return List.of(ReferenceDevice.CONTEXT);
  }

  @Override
  public void pread(ByteBuffer buffer, long offset) throws IOException {
    plugin.hook().before("pread");
    device.read(buffer, offset);
  }

  @Override
  public void read(long offset, long count, ReadSink sink) throws IOException {
    plugin.hook().before("read");
    device.read(sink.buffer((int) count), offset);
  }

  @Override
  public void pwrite(ByteBuffer buffer, long offset, Flags flags) throws IOException {
    plugin.hook().before("pwrite");
    device.write(buffer, offset);
  }

  @Override
  public void flush() throws IOException {
    plugin.hook().before("flush");
  }

  @Override
  public void trim(long offset, long count, Flags flags) throws IOException {
    plugin.hook().before("trim");
    device.zero(offset, count, true);
  }

  @Override
  public void zero(long offset, long count, Flags flags) throws IOException {
    plugin.hook().before("zero");
    device.zero(offset, count, flags.has(Flag.MAY_TRIM));
  }

  @Override
  public void extents(long offset, long count, Flags flags, ExtentSink sink) throws IOException {
    plugin.hook().before("extents");
    long end = offset + Math.min(count, 1 << 20);
    long at = offset;
    while (at < end) {
      ExtentType type = device.typeAt(at);
      long start = at;
      do {
        at = device.pageEnd(at);
      } while (at < end && device.typeAt(at) == type);
      sink.add(start, at - start, type);
    }
  }

  @Override
  public void metaExtents(String context, long offset, long count, Flags flags, MetaSink sink)
      throws IOException {
    plugin.hook().before("metaExtents");
    long end = offset + Math.min(count, 1 << 20);
    for (long at = offset; at < end; ) {
      long next = device.statusEnd(at);
      sink.add(at, next - at, device.statusAt(at));
      at = next;
    }
  }

  @Override
  public void cache(long offset, long count) throws IOException {
    plugin.hook().before("cache");
  }

  @Override
  public void close() throws IOException {
    plugin.hook().before("close");
  }
}
