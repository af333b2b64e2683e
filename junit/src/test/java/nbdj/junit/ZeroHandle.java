package nbdj.junit;

import java.nio.ByteBuffer;
import nbdj.api.PluginHandle;

/** A page of zeroes. */
class ZeroHandle implements PluginHandle {
  @Override
  public long size() {
    return 4096;
  }

  @Override
  public void pread(ByteBuffer buffer, long offset) {
    while (buffer.hasRemaining()) {
      buffer.put((byte) 0);
    }
  }
}
