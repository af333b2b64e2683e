package nbdj.api;

/**
 * The block size constraints of an export, all in bytes; see "Block size constraints" in the NBD
 * specification.
 *
 * @param minimum the smallest block a client may use: a power of two from 1 to 65536
 * @param preferred the block with which the export works well: a power of two from 512 to 32 MiB,
 *     at least {@code minimum}
 * @param maximum the largest request: {@link #UNLIMITED} or a multiple of {@code minimum}, at least
 *     {@code preferred}
 * @since 0.1
 */
public record BlockSize(long minimum, long preferred, long maximum) {
  /** The value of {@code maximum} that stands for no limit. */
  public static final long UNLIMITED = 0xFFFF_FFFFL;

  /** Nothing is known: the server advertises what holds for any export. */
  public static final BlockSize UNKNOWN = new BlockSize(1, 4096, UNLIMITED);

  /** Make the constraints, and refuse those the protocol does not allow. */
  public BlockSize {
    require(
        isPowerOfTwo(minimum) && minimum <= 65536,
        "minimum",
        minimum,
        "a power of two from 1 to 65536");
    require(
        isPowerOfTwo(preferred)
            && preferred >= 512
            && preferred <= 32 << 20
            && preferred >= minimum,
        "preferred",
        preferred,
        "a power of two from 512 to 32 MiB, at least the minimum");
    require(
        maximum == UNLIMITED
            || (maximum >= preferred && maximum < UNLIMITED && maximum % minimum == 0),
        "maximum",
        maximum,
        "a multiple of the minimum, at least the preferred block size, or unlimited");
  }

  private static boolean isPowerOfTwo(long value) {
    return value > 0 && Long.bitCount(value) == 1;
  }

  private static void require(boolean holds, String name, long value, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(
          "%s block size %d must be %s".formatted(name, value, rule));
    }
  }
}
