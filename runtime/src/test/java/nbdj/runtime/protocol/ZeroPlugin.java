package nbdj.runtime.protocol;

import java.nio.ByteBuffer;
import nbdj.api.OpenRequest;
import nbdj.api.Plugin;
import nbdj.api.PluginHandle;

/** A disk of zeroes that can only be read. */
final class ZeroPlugin implements Plugin {
  @Override
  public PluginHandle open(OpenRequest request) {
    return new PluginHandle() {
      @Override
      public long size() {
        return 1 << 20;
      }

      @Override
      public void pread(ByteBuffer buffer, long offset) {
        buffer.put(new byte[buffer.remaining()]);
      }
    };
  }
}
