package nbdj.ext4;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * A device some of whose blocks are other than they stand on it. It can only be read.
 *
 * <p>Blocks are put by one thread; from then on it is safe for use by several.
 */
final class OverlayDevice implements BlockDevice {

  private final BlockDevice below;
  private final int blockBits;
  private final Map<Long, byte[]> blocks = new HashMap<>();

  OverlayDevice(BlockDevice below, int blockBits) {
    this.below = below;
    this.blockBits = blockBits;
  }

  /**
   * Replace a block.
   *
   * @param content owned by the overlay
   */
  void put(long block, byte[] content) {
    blocks.put(block, content);
  }

  @Override
  public long size() {
    return below.size();
  }

  @Override
  public boolean readOnly() {
    return true;
  }

  @Override
  public void read(ByteBuffer dst, long offset) throws IOException {
    int start = dst.position();
    int length = dst.remaining();
    below.read(dst, offset);
    long end = offset + length;
    for (long block = offset >>> blockBits; block << blockBits < end; block++) {
      byte[] content = blocks.get(block);
      if (content != null) {
        long blockStart = block << blockBits;
        long from = Math.max(offset, blockStart);
        long to = Math.min(end, blockStart + content.length);
        dst.put(
            start + (int) (from - offset), content, (int) (from - blockStart), (int) (to - from));
      }
    }
  }

  @Override
  public void write(ByteBuffer src, long offset, boolean fua) throws IOException {
    throw changed();
  }

  @Override
  public void zero(long offset, long length, boolean fua) throws IOException {
    throw changed();
  }

  @Override
  public void flush() throws IOException {
    throw changed();
  }

  private static Ext4Exception changed() {
    return new Ext4Exception(Ext4Exception.Kind.READ_ONLY, "filesystem was recovered in memory");
  }
}
