package nbdj.client;

/**
 * What a server says about the length of requests, in bytes.
 *
 * @param minimum of which all offsets and lengths are multiples, a power of two
 * @param preferred from which on requests are quick, a power of two
 * @param maximum of the data in one request, up to 2^32-1; longer ones are split by the client
 * @param advertised whether the server said so; these are the specification's defaults otherwise
 * @since 0.1
 */
public record BlockSizes(long minimum, long preferred, long maximum, boolean advertised) {
  /** The longest data that every server takes. */
  private static final int PORTABLE_MAXIMUM = 32 << 20;

  static final BlockSizes DEFAULT = new BlockSizes(1, 4096, PORTABLE_MAXIMUM, false);

  static BlockSizes of(long minimum, long preferred, long maximum) throws NbdProtocolException {
    if (!isPowerOfTwo(minimum)
        || !isPowerOfTwo(preferred)
        || preferred < minimum
        || maximum < minimum) {
      throw new NbdProtocolException(
          "the server's block sizes are impossible: minimum %d, preferred %d, maximum %d"
              .formatted(minimum, preferred, maximum));
    }
    return new BlockSizes(minimum, preferred, maximum, true);
  }

  private static boolean isPowerOfTwo(long value) {
    return Long.bitCount(value) == 1;
  }

  /** Get the length into which data is split, in bytes. */
  int piece() {
    long most = Math.min(maximum, PORTABLE_MAXIMUM);
    return (int) Math.max(minimum, most - most % minimum);
  }
}
