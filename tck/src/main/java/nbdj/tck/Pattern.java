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
  /** Get the byte at an offset of the export. */
  public byte at(long offset) {
    // SplitMix64: each group of eight offsets is mixed on its own.
    long z = seed + (offset >>> 3) * 0x9E37_79B9_7F4A_7C15L + 0x9E37_79B9_7F4A_7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58_476D_1CE4_E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D0_49BB_1331_11EBL;
    z ^= z >>> 31;
    return (byte) (z >>> ((offset & 7) * 8));
  }

  /**
   * Get the bytes of a range.
   *
   * @param offset where the range begins in the export
   * @param count how many bytes
   */
  public byte[] bytes(long offset, int count) {
    byte[] bytes = new byte[count];
    for (int i = 0; i < count; i++) {
      bytes[i] = at(offset + i);
    }
    return bytes;
  }

  /** Get the bytes of a range in a direct buffer, from its position to its limit. */
  ByteBuffer direct(long offset, int count) {
    return ByteBuffer.allocateDirect(count).put(bytes(offset, count)).flip();
  }
}
