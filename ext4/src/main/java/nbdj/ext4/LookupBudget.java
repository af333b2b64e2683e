package nbdj.ext4;

import static nbdj.ext4.Ext4Exception.corrupt;

/**
 * How many directory blocks one path may make the engine read, so that an image and a path cannot
 * be made for each other to read a large directory thousands of times. For one thread.
 */
final class LookupBudget {

  /** Blocks that any path may read, however small the filesystem. */
  private static final long AT_LEAST = 1 << 16;

  private long left;

  private LookupBudget(long blocks) {
    this.left = blocks;
  }

  /** Allow as much as reading the whole filesystem once, and more where that is little. */
  static LookupBudget of(Geometry geometry) {
    return new LookupBudget(geometry.blocks + AT_LEAST);
  }

  /** Account for one block. */
  void take() throws Ext4Exception {
    if (left-- <= 0) {
      throw corrupt("directories on the path have more blocks than the filesystem: run e2fsck");
    }
  }
}
