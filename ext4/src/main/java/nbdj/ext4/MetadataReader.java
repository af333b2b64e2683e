package nbdj.ext4;

import static nbdj.ext4.Ext4Exception.corrupt;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.stream.LongStream;

/**
 * The one way by which metadata is read: as it is now, whether that is on the device or not.
 *
 * <p>Safe for use by several threads; keeps nothing.
 */
final class MetadataReader {

  private final BlockDevice device;
  private final Geometry geometry;

  /** Returns the content of a block if its place on the device may not have it. */
  private final LongFunction<Optional<byte[]>> newer;

  private MetadataReader(
      BlockDevice device, Geometry geometry, LongFunction<Optional<byte[]>> newer) {
    this.device = device;
    this.geometry = geometry;
    this.newer = newer;
  }

  /** Make a reader of what is on the device. */
  MetadataReader(BlockDevice device, Geometry geometry) {
    this(device, geometry, block -> Optional.empty());
  }

  /**
   * Return a reader that prefers other content to the device's.
   *
   * @param newer returns the content of a block if its place on the device may not have it
   */
  MetadataReader over(LongFunction<Optional<byte[]>> newer) {
    return new MetadataReader(device, geometry, newer);
  }

  /** Return the length of a block in bytes. */
  int blockSize() {
    return geometry.blockSize;
  }

  /** Tell whether the filesystem has a block. */
  boolean has(long block) {
    return block >= geometry.firstDataBlock && block < geometry.blocks;
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
    long first = offset >>> geometry.blockBits;
    int count = (int) (((offset + length - 1) >>> geometry.blockBits) - first) + 1;
    // What is nowhere but in memory now may be on the device before it has been read.
    List<Optional<byte[]>> instead =
        LongStream.range(first, first + count).mapToObj(newer).toList();
    byte[] bytes = new byte[length];
    if (instead.stream().anyMatch(Optional::isEmpty)) {
      device.read(ByteBuffer.wrap(bytes), offset);
    }
    for (int i = 0; i < count; i++) {
      int at = (int) (((first + i) << geometry.blockBits) - offset);
      instead.get(i).ifPresent(block -> overlay(bytes, block, at));
    }
    return bytes;
  }

  /** Put those bytes of a block that there is room for into an array, where the block begins. */
  private static void overlay(byte[] bytes, byte[] block, int at) {
    int from = Math.max(0, -at);
    int to = Math.min(block.length, bytes.length - at);
    System.arraycopy(block, from, bytes, at + from, to - from);
  }
}
