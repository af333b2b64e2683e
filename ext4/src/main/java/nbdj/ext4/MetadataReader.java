package nbdj.ext4;

import static nbdj.ext4.Ext4Exception.corrupt;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The one way by which metadata comes from the device.
 *
 * <p>Safe for use by several threads; keeps nothing.
 */
final class MetadataReader {

  private final BlockDevice device;
  private final Geometry geometry;

  MetadataReader(BlockDevice device, Geometry geometry) {
    this.device = device;
    this.geometry = geometry;
  }

  /**
   * Read one block.
   *
   * @param what names the block in messages
   * @return a new array of the block size
   * @throws Ext4Exception if the filesystem has no such block
   */
  byte[] block(long block, String what) throws IOException {
    return blocks(block, 1, what);
  }

  /**
   * Read neighbouring blocks.
   *
   * @param count at least 1; the caller has bounded it
   * @return a new array
   * @throws Ext4Exception if the filesystem has no such blocks
   */
  byte[] blocks(long block, int count, String what) throws IOException {
    if (block < geometry.firstDataBlock || block > geometry.blocks - count) {
      throw corrupt("%s lies at block %d, outside the filesystem".formatted(what, block));
    }
    return bytes(block << geometry.blockBits, count << geometry.blockBits);
  }

  /** Read a range of bytes that the caller has checked to lie on the device. */
  byte[] bytes(long offset, int length) throws IOException {
    byte[] bytes = new byte[length];
    device.read(ByteBuffer.wrap(bytes), offset);
    return bytes;
  }
}
