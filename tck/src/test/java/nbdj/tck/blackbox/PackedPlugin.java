package nbdj.tck.blackbox;

import java.nio.ByteBuffer;
import nbdj.api.Flags;
import nbdj.api.Nbdj;
import nbdj.api.OpenRequest;
import nbdj.api.Plugin;
import nbdj.api.PluginHandle;
import nbdj.api.Registered;

/** A small disk in memory, to be packed into a jar: it uses nothing but the interface. */
@Registered(name = "packed", api = Nbdj.API_VERSION)
public final class PackedPlugin implements Plugin {
  private final byte[] disk = new byte[70_000];

  @Override
  public PluginHandle open(OpenRequest request) {
    return new PluginHandle() {
      @Override
      public long size() {
        return disk.length;
      }

      @Override
      public boolean canWrite() {
        return true;
      }

      @Override
      public void pread(ByteBuffer buffer, long offset) {
        synchronized (disk) {
          buffer.put(disk, (int) offset, buffer.remaining());
        }
      }

      @Override
      public void pwrite(ByteBuffer buffer, long offset, Flags flags) {
        synchronized (disk) {
          buffer.get(disk, (int) offset, buffer.remaining());
        }
      }
    };
  }
}
