package nbdj.ext4;

/**
 * A run of a file's blocks that lies in one place, as a leaf of an extent tree has it.
 *
 * @param logical its first block in the file: 0 to 2^32 - 1
 * @param physical its first block in the filesystem
 * @param length number of blocks: 1 to {@link #most}
 * @param written whether its blocks hold data; if not, they read as zeroes
 */
record Extent(long logical, long physical, int length, boolean written) {

  /** Most blocks of an extent that is written; a larger number means an unwritten one. */
  static final int MOST_WRITTEN = 32768;

  /** Most blocks of any extent. */
  static int most(boolean written) {
    return written ? MOST_WRITTEN : MOST_WRITTEN - 1;
  }

  /** Return the logical block after it. */
  long end() {
    return logical + length;
  }

  /** Tell whether another extent goes on where this one ends, in the file and on the device. */
  boolean continuedBy(Extent next) {
    return next.logical == end() && next.physical == physical + length && next.written == written;
  }

  /**
   * Return the part of it that lies in a stretch.
   *
   * @param from logical block, before its end
   * @param to logical block, after its first and after {@code from}
   */
  Extent within(long from, long to) {
    long start = Math.max(from, logical);
    int blocks = (int) (Math.min(to, end()) - start);
    return new Extent(start, physical + start - logical, blocks, written);
  }

  /** Return the same blocks, written or not. */
  Extent marked(boolean as) {
    return new Extent(logical, physical, length, as);
  }
}
