import java.nio.ByteBuffer;
import nbdj.api.Flags;
import nbdj.api.PluginHandle;

/** Writable, a class of handles whose data is in a static field. */
public final class Shared implements PluginHandle {
  private static final byte[] DISK = new byte[300_000];

  @Override
  public long size() {
    return DISK.length;
  }

  @Override
  public void pread(ByteBuffer buffer, long offset) {
    buffer.put(DISK, (int) offset, buffer.remaining());
  }

  @Override
  public void pwrite(ByteBuffer buffer, long offset, Flags flags) {
    buffer.get(DISK, (int) offset, buffer.remaining());
  }

  @Override
  public void flush() {}
}
