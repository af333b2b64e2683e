package nbdj.ext4;

/**
 * How a map of pointers is laid out: 12 in the inode, then trees of one, two and three levels.
 *
 * @param bits logarithm of the number of pointers in a block: 8 to 14
 */
record IndirectShape(int bits) {

  /** Pointers in the inode that lead to data. */
  static final int DIRECT = 12;

  /** Trees, whose roots' pointers are in the inode behind the direct ones. */
  static final int TREES = 3;

  /** Bytes of a pointer. */
  static final int POINTER = 4;

  static IndirectShape of(Geometry geometry) {
    return new IndirectShape(geometry.blockBits - 2);
  }

  /** Return the number of pointers in a block. */
  int pointers() {
    return 1 << bits;
  }

  /** Return the number of blocks that a pointer stands for. */
  long span(int levels) {
    return 1L << (levels * bits);
  }

  /** Return the logical block after the last that a map can hold. */
  long limit() {
    return Math.min(start(TREES) + span(TREES), 1L << 32);
  }

  /**
   * Return how many levels of nodes a logical block's tree has: 0 for a direct pointer.
   *
   * @param logical 0 to {@link #limit} - 1
   */
  int levels(long logical) {
    int levels = 0;
    while (levels < TREES && logical >= start(levels + 1)) {
      levels++;
    }
    return levels;
  }

  /** Return the first logical block of the tree of so many levels. */
  long start(int levels) {
    long start = levels == 0 ? 0 : DIRECT;
    for (int below = 1; below < levels; below++) {
      start += span(below);
    }
    return start;
  }

  /** Return the first logical block of those whose pointers lie together with a given one's. */
  long leafStart(long logical) {
    int levels = levels(logical);
    long start = start(levels);
    return levels == 0 ? 0 : start + ((logical - start) >>> bits << bits);
  }

  /** Return the logical block after those whose pointers lie together with a given one's. */
  long leafEnd(long logical) {
    return levels(logical) == 0 ? DIRECT : Math.min(leafStart(logical) + pointers(), limit());
  }

  /**
   * Return the index in its node of the pointer that leads to a logical block.
   *
   * @param below levels of nodes below that one: 0 in a leaf
   */
  int index(long logical, int below) {
    return (int) ((logical - start(levels(logical))) >>> (below * bits)) & (pointers() - 1);
  }
}
