package nbdj.pattern;

import java.nio.ByteBuffer;
import nbdj.api.PluginHandle;
import nbdj.api.Support;

/** One connection's view of the disk. */
final class PatternHandle implements PluginHandle {
  private final long size;

  PatternHandle(long size) {
    this.size = size;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public boolean canMultiConn() {
    return true;
  }

  /** All of it is as near as it will ever be. */
  @Override
  public Support canCache() {
    return Support.NATIVE;
  }

  @Override
  public void cache(long offset, long count) {}

  @Override
  public void pread(ByteBuffer buffer, long offset) {
    long at = offset;
    while (at % Long.BYTES != 0 && buffer.hasRemaining()) {
      buffer.put(byteAt(at++));
    }
    for (; buffer.remaining() >= Long.BYTES; at += Long.BYTES) {
      buffer.putLong(at);
    }
    while (buffer.hasRemaining()) {
      buffer.put(byteAt(at++));
    }
  }

  private static byte byteAt(long offset) {
    long word = offset & -Long.BYTES;
    int shift = Long.SIZE - Byte.SIZE * (int) (offset - word + 1);
    return (byte) (word >>> shift);
  }
}
