package nbdj.tck;

import java.util.Arrays;
import java.util.BitSet;

/** What a window of an export should hold. */
final class Model {
  private final Range window;
  private final byte[] bytes;
  // Bytes that may be anything: trimmed, or of an operation that failed.
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

  /** Let a range be anything. */
  void forget(Range range) {
    unknown.set(index(range.offset()), index(range.end()));
  }

  /**
   * Check bytes of the export after a change of a range.
   *
   * @param inside the rule that is broken if a byte of the range is wrong
   * @param outside the rule that is broken if another byte is
   */
  void check(
      byte[] actual, long offset, Range changed, String inside, String outside, String after) {
    for (int i = 0; i < actual.length; i++) {
      int at = index(offset) + i;
      if (!unknown.get(at) && actual[i] != bytes[at]) {
        throw new BrokenRule(
            changed.contains(offset + i) ? inside : outside,
            "%s: the byte at %d is 0x%02x, not 0x%02x"
                .formatted(after, offset + i, actual[i], bytes[at]));
      }
    }
  }

  /**
   * Check that an extent said to read as zeroes does.
   *
   * @param rule the rule that is broken if it does not
   */
  void checkZeroes(Extent extent, String rule) {
    for (int i = index(extent.offset()); i < index(extent.offset() + extent.length()); i++) {
      BrokenRule.unless(
          unknown.get(i) || bytes[i] == 0,
          rule,
          "%s has 0x%02x at %d",
          extent,
          bytes[i],
          window.offset() + i);
    }
  }

  private int index(long offset) {
    return (int) (offset - window.offset());
  }
}
