package nbdj.ext4;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Fills a buffer with the pieces of a range as they come. */
final class ContentReader implements RunVisitor {

  private static final byte[] ZEROES = new byte[8192];

  private final BlockDevice device;
  private final ByteBuffer dst;

  ContentReader(BlockDevice device, ByteBuffer dst) {
    this.device = device;
    this.dst = dst;
  }

  @Override
  public void device(long deviceOffset, long length) throws IOException {
    int limit = dst.limit();
    int end = dst.position() + (int) length;
    dst.limit(end);
    try {
      device.read(dst, deviceOffset);
    } finally {
      dst.limit(limit);
    }
    if (dst.position() != end) {
      throw new IOException("device read ended %d bytes early".formatted(end - dst.position()));
    }
  }

  @Override
  public void zeroes(long length, boolean hole) {
    int left = (int) length;
    while (left > 0) {
      int some = Math.min(left, ZEROES.length);
      dst.put(ZEROES, 0, some);
      left -= some;
    }
  }

  @Override
  public void bytes(ByteBuffer content) {
    dst.put(content);
  }
}
