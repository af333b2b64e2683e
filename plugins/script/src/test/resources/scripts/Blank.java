package disks;

import java.nio.ByteBuffer;
import nbdj.api.ExtentSink;
import nbdj.api.ExtentType;
import nbdj.api.Flags;
import nbdj.api.PluginHandle;
import nbdj.api.ReadSink;

/** Read-only, a class of handles with a read of its own. */
class Blank implements PluginHandle {
  @Override
  public long size() {
    return 100_000;
  }

  @Override
  public void pread(ByteBuffer buffer, long offset) {
    while (buffer.hasRemaining()) {
      buffer.put((byte) 0);
    }
  }

  @Override
  public void read(long offset, long count, ReadSink sink) throws java.io.IOException {
    sink.zeroes(count);
  }

  @Override
  public void extents(long offset, long count, Flags flags, ExtentSink sink)
      throws java.io.IOException {
    sink.add(offset, count, ExtentType.ZERO);
  }
}
