package nbdj.ext4;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How much memory the maps of all open files may take together. Safe for use by several threads.
 */
final class MapBudget {

  /** What a leaf counts for beside its extents. */
  private static final int LEAF = 8;

  /**
   * Extents that may still be kept; below 0 while files that are over it keep the one leaf each
   * that they need.
   */
  private final AtomicLong left;

  /**
   * Begin with nothing taken.
   *
   * @param extents how many extents may be kept, about 16 bytes each
   */
  MapBudget(long extents) {
    left = new AtomicLong(extents);
  }

  /** Return what a leaf counts for. */
  static int cost(MapLeaf leaf) {
    return LEAF + leaf.count();
  }

  /** Take the cost of a leaf, and tell whether it was still within the budget. */
  boolean take(MapLeaf leaf) {
    return left.addAndGet(-cost(leaf)) >= 0;
  }

  /** Give back the cost of a leaf. */
  void give(MapLeaf leaf) {
    left.addAndGet(cost(leaf));
  }

  /** Tell whether more is taken than may be. */
  boolean overdrawn() {
    return left.get() < 0;
  }
}
