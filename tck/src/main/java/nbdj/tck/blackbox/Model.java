package nbdj.tck.blackbox;

import java.util.Arrays;
import java.util.BitSet;
import nbdj.client.Extent;
import nbdj.tck.Breach;
import nbdj.tck.Range;

/** What a window of an export should hold. */
final class Model {
  private final Range window;
  private final byte[] bytes;

  /** Bytes that were trimmed and read as anything. */
  private final BitSet unknown = new BitSet();

  Model(Range window, byte[] bytes) {
    this.window = window;
    this.bytes = bytes.clone();
  }

  void write(long offset, byte[] written) {
    System.arraycopy(written, 0, bytes, index(offset), written.length);
    unknown.clear(index(offset), index(offset) + written.length);
  }

  void zero(Range range) {
    Arrays.fill(bytes, index(range.offset()), index(range.end()), (byte) 0);
    unknown.clear(index(range.offset()), index(range.end()));
  }

  void trim(Range range) {
    unknown.set(index(range.offset()), index(range.end()));
  }

  /**
   * Check bytes of the window.
   *
   * @param changed by the last operation
   * @param inside the rule that is broken if a byte of it is wrong
   * @param outside the rule that is broken if another is
   */
  void check(
      byte[] actual, long offset, Range changed, String inside, String outside, String after) {
    for (int i = 0; i < actual.length; i++) {
      int at = index(offset) + i;
      long position = offset + i;
      if (!unknown.get(at) && actual[i] != bytes[at]) {
        boolean within = position >= changed.offset() && position < changed.end();
        throw Breach.of(
            within ? inside : outside,
            "%s: the byte at %d is 0x%02x, not 0x%02x"
                .formatted(after, position, actual[i], bytes[at]));
      }
    }
  }

  /** Check that an extent said to read as zeroes does. */
  void checkZeroes(Extent extent, String after) {
    for (int i = index(extent.offset()); i < index(extent.end()); i++) {
      if (!unknown.get(i) && bytes[i] != 0) {
        throw Breach.of(
            "E-5",
            "%s: %s is said to read as zeroes, but has 0x%02x at %d"
                .formatted(after, extent, bytes[i], window.offset() + i));
      }
    }
  }

  private int index(long offset) {
    return (int) (offset - window.offset());
  }
}
