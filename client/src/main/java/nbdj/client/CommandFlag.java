package nbdj.client;

/**
 * What a request may ask for in addition.
 *
 * @since 0.1
 */
public enum CommandFlag {
  /** Answer when the data of this request is durable. For write, trim and write zeroes. */
  FUA(1),
  /** Keep the zeroed range allocated. For write zeroes. */
  NO_HOLE(1 << 1),
  /** Answer a read in one piece, holes as zeroes. For read. */
  DONT_FRAGMENT(1 << 2),
  /** Answer with one extent. For block status. */
  REQUEST_ONE(1 << 3),
  /** Zero faster than a write could, or fail with ENOTSUP at once. For write zeroes. */
  FAST_ZERO(1 << 4);

  private final int bit;

  CommandFlag(int bit) {
    this.bit = bit;
  }

  int bit() {
    return bit;
  }

  static int bits(CommandFlag... flags) {
    int bits = 0;
    for (CommandFlag flag : flags) {
      bits |= flag.bit;
    }
    return bits;
  }
}
