package nbdj.tck;

import java.nio.ByteBuffer;

/**
 * Bytes to write and to recognise again: a function of a seed and the absolute offset in the
 * export, without a period that any block size could hide.
 *
 * @param seed what tells one pattern from another
 * @since 0.1
 */
public record Pattern(long seed) {
  private static final long STEP = 0x9E37_79B9_7F4A_7C15L;

  /** Get the byte at an offset of the export. */
  public byte at(long offset) {
    return (byte) (group(offset) >>> ((offset & 7) * 8));
  }

  /** Get the eight bytes around an offset, the first in the lowest bits: SplitMix64. */
  private long group(long offset) {
    long z = seed + (offset >>> 3) * STEP + STEP;
    z = (z ^ (z >>> 30)) * 0xBF58_476D_1CE4_E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D0_49BB_1331_11EBL;
    return z ^ (z >>> 31);
  }

  /**
   * Get the bytes of a range.
   *
   * @param offset where the range begins in the export
   * @param count how many bytes
   */
  public byte[] bytes(long offset, int count) {
    byte[] bytes = new byte[count];
    long group = group(offset);
    for (int i = 0; i < count; i++) {
      int part = (int) (offset + i) & 7;
      if (part == 0) {
        group = group(offset + i);
      }
      bytes[i] = (byte) (group >>> (part * 8));
    }
    return bytes;
  }

  /** Get the bytes of a range in a direct buffer, from its position to its limit. */
  ByteBuffer direct(long offset, int count) {
    return ByteBuffer.allocateDirect(count).put(bytes(offset, count)).flip();
  }
}
