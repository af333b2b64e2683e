package nbdj.blocksize;

import java.util.OptionalLong;
import nbdj.api.BlockSize;

/**
 * What requests to the layer below must keep to.
 *
 * @param block a power of two: they begin and end at multiples of it
 * @param data the most bytes of a read or write, a multiple of the block
 * @param length the most bytes of any other, a multiple of the block
 */
record Bounds(int block, int data, long length) {
  private static final long MOST_DATA = 64 << 20;

  /** Get the bounds as given, and where they are not, as the layer below has them. */
  static Bounds of(OptionalLong block, OptionalLong data, OptionalLong length, BlockSize below) {
    long min = block.orElse(below.minimum());
    long most = data.orElse(Math.min(MOST_DATA, below.maximum()));
    return new Bounds(
        (int) min,
        (int) Math.max(down(Math.min(most, 1 << 30), min), min),
        Math.max(down(length.orElse(Long.MAX_VALUE), min), min));
  }

  private static long down(long value, long block) {
    return value & -block;
  }

  /** Get the block boundary at or before an offset. */
  long floor(long offset) {
    return down(offset, block);
  }

  /** Get the block boundary at or behind an offset inside an export of whole blocks. */
  long ceiling(long offset) {
    return down(offset + (block - 1), block);
  }
}
