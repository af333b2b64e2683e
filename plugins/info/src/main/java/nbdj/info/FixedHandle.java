package nbdj.info;

import java.nio.ByteBuffer;
import nbdj.api.PluginHandle;
import nbdj.api.Support;

/** A disk that stays as it is. */
final class FixedHandle implements PluginHandle {
  private final byte[] content;

  FixedHandle(byte[] content) {
    this.content = content;
  }

  @Override
  public long size() {
    return content.length;
  }

  /** Who asks for the same export by another connection gets the same disk. */
  @Override
  public boolean canMultiConn() {
    return true;
  }

  @Override
  public Support canCache() {
    return Support.NATIVE;
  }

  @Override
  public void cache(long offset, long count) {}

  @Override
  public void pread(ByteBuffer buffer, long offset) {
    buffer.put(content, (int) offset, buffer.remaining());
  }
}
