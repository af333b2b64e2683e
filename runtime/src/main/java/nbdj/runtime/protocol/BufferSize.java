package nbdj.runtime.protocol;

/**
 * The size of the two buffers of a connection, chosen each time it has nothing to do: large while
 * much comes at once, small for clients that are idle or ask for one thing after another. Used by
 * the reader, but for {@link #wantMore}.
 */
final class BufferSize {
  /** The size with which a connection begins, in bytes. */
  static final int SMALL = 16 << 10;

  /** The size for a client that keeps many requests under way, in bytes. */
  static final int LARGE = 128 << 10;

  /** What fits a small buffer well, in bytes. */
  private static final int LITTLE = SMALL / 2;

  /** How many times little must have come before the buffers become small again. */
  private static final int PATIENCE = 64;

  private volatile boolean hungry;
  private int quiet;
  private int size = SMALL;

  /** Note that a buffer was too small. For any thread. */
  void wantMore() {
    hungry = true;
  }

  /** Note how many bytes were received or sent at once. */
  void used(int bytes) {
    if (bytes > LITTLE) {
      quiet = 0;
    }
  }

  /** Get what the size should be from now on. */
  int next() {
    if (hungry) {
      hungry = false;
      quiet = 0;
      size = LARGE;
    } else if (size == LARGE && ++quiet > PATIENCE) {
      size = SMALL;
    }
    return size;
  }
}
