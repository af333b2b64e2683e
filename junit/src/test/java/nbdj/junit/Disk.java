package nbdj.junit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import nbdj.api.ExtentType;
import nbdj.api.Flag;
import nbdj.api.Flags;
import nbdj.api.Next;
import nbdj.runtime.chain.Chain;
import nbdj.tck.ReferenceDevice;
import nbdj.tck.ReferencePlugin;

/** A power cut filter in a running chain over a device, and one client's export. */
final class Disk implements AutoCloseable {
  static final Flags FUA = Flags.of(Flag.FUA);

  final ReferenceDevice device;
  final PowerCutFilter filter;
  final Next next;
  private final Chain chain;

  /** An extent, as a test compares it. */
  record Extent(long offset, long length, ExtentType type) {}

  Disk(int size) throws IOException {
    this(new ReferencePlugin(new ReferenceDevice(size)), 1 << 30);
  }

  Disk(ReferencePlugin plugin, long limit) throws IOException {
    device = plugin.device();
    filter = new PowerCutFilter(limit);
    chain = Chain.builder().plugin("reference", plugin).filter("power", filter).build();
    try {
      chain.load();
      chain.configComplete();
      chain.threadModel();
      chain.getReady();
      chain.afterFork();
      next = open("");
    } catch (IOException | RuntimeException e) {
      chain.stop();
      throw e;
    }
  }

  /** Open an export for another client. */
  Next open(String export) throws IOException {
    return chain.connect(false).open(export);
  }

  void write(long offset, int count, int value, Flags flags) throws IOException {
    byte[] bytes = new byte[count];
    Arrays.fill(bytes, (byte) value);
    write(offset, bytes, flags);
  }

  void write(long offset, byte[] bytes, Flags flags) throws IOException {
    next.pwrite(ByteBuffer.allocateDirect(bytes.length).put(bytes).flip(), offset, flags);
  }

  byte[] read(long offset, int count) throws IOException {
    return read(next, offset, count);
  }

  static byte[] read(Next next, long offset, int count) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(count);
    next.pread(buffer, offset);
    byte[] bytes = new byte[count];
    buffer.get(0, bytes);
    return bytes;
  }

  /** Read what is below the filter. */
  byte[] below(long offset, int count) {
    ByteBuffer bytes = ByteBuffer.allocate(count);
    device.read(bytes, offset);
    return bytes.array();
  }

  List<Extent> extents(long offset, long count, Flags flags) throws IOException {
    List<Extent> extents = new ArrayList<>();
    next.extents(
        offset, count, flags, (at, length, type) -> extents.add(new Extent(at, length, type)));
    return extents;
  }

  @Override
  public void close() {
    chain.stop();
  }
}
