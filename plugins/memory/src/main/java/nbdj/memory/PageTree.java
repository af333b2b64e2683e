package nbdj.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Finds the page of the pool that holds a block of the disk: a radix tree whose nodes are pages of
 * the pool too.
 *
 * <p>A block is {@link PagePool#PAGE} bytes of the disk. A node is an array of page numbers, 0 for
 * none; those of a leaf are pages of data. Locking is the caller's: {@link #find}, {@link #next}
 * and {@link #link} go with each other, {@link #unlink} excludes the others for the leaf that it
 * changes, {@link #prune} excludes everything.
 */
final class PageTree {
  /** The binary logarithm of {@link #FANOUT}. */
  static final int BITS = 13;

  /** The number of links of a node, and so of blocks of a leaf. */
  static final int FANOUT = 1 << BITS;

  private static final VarHandle LINK = ValueLayout.JAVA_INT.varHandle();

  private static final ValueLayout.OfLong TWO_LINKS = ValueLayout.JAVA_LONG;

  private final PagePool pool;

  /** The number of nodes on the way to a page. */
  private final int levels;

  /** The topmost node, 0 if there is none. */
  private final AtomicInteger root = new AtomicInteger();

  /**
   * Make a tree without pages.
   *
   * @param blocks the number of blocks of the disk, at least 1
   */
  PageTree(PagePool pool, long blocks) {
    this.pool = pool;
    int bits = Long.SIZE - Long.numberOfLeadingZeros(blocks - 1);
    levels = Math.max(1, (bits + BITS - 1) / BITS);
  }

  /** Get the page of a block, 0 if it has none. */
  int find(long block) {
    int page = root.getAcquire();
    for (int level = levels - 1; level >= 0 && page != 0; level--) {
      page = get(page, index(block, level));
    }
    return page;
  }

  /** Get the first block with a page, from one block on and before another; the latter if none. */
  long next(long from, long end) {
    long block = from;
    while (block < end) {
      int node = root.getAcquire();
      int level = levels - 1;
      while (node != 0) {
        int at = index(block, level);
        int found = scan(node, at);
        if (found == FANOUT) {
          break;
        }
        if (found != at) {
          block = floor(block, level + 1) + ((long) found << shift(level));
        }
        if (level == 0) {
          return Math.min(block, end);
        }
        node = get(node, found);
        level--;
      }
      block = floor(block, level + 1) + (1L << shift(level + 1));
    }
    return end;
  }

  /**
   * Put a page of zeroes where the first is missing on the way to a block: a node, or the block's
   * own.
   *
   * @return true if the page is used, false if nothing was missing by then
   */
  boolean link(long block, int page) {
    int node = root.getAcquire();
    if (node == 0) {
      return root.compareAndSet(0, page);
    }
    for (int level = levels - 1; level >= 0; level--) {
      int at = index(block, level);
      int below = get(node, at);
      if (below == 0) {
        return LINK.compareAndSet(pool.memory(node), offset(node, at), 0, page);
      }
      node = below;
    }
    return false;
  }

  /**
   * Take the page of a block out of the tree.
   *
   * @return the page, 0 if the block had none
   */
  int unlink(long block) {
    int leaf = leaf(block);
    if (leaf == 0) {
      return 0;
    }
    int at = index(block, 0);
    int page = get(leaf, at);
    set(leaf, at, 0);
    return page;
  }

  /** Tell whether the leaf of a block is there and has no page. */
  boolean isLeafEmpty(long block) {
    int leaf = leaf(block);
    return leaf != 0 && scan(leaf, 0) == FANOUT;
  }

  /**
   * Take the nodes that lead to a block, and to no other page, out of the tree.
   *
   * @param pages receives them; has room for 8
   * @return how many there are
   */
  int prune(long block, int[] pages) {
    int count = 0;
    for (int level = 0; level < levels; level++) {
      int node = node(block, level);
      if (node == 0) {
        continue;
      }
      if (scan(node, 0) != FANOUT) {
        break;
      }
      if (level == levels - 1) {
        root.set(0);
      } else {
        set(node(block, level + 1), index(block, level + 1), 0);
      }
      pages[count++] = node;
    }
    return count;
  }

  private int leaf(long block) {
    return node(block, 0);
  }

  /** Get the node of a level, 0 for leaves, on the way to a block. */
  private int node(long block, int level) {
    int node = root.getAcquire();
    for (int at = levels - 1; at > level && node != 0; at--) {
      node = get(node, index(block, at));
    }
    return node;
  }

  /** Get the first link of a node, from one on, that leads somewhere; {@link #FANOUT} if none. */
  private int scan(int node, int from) {
    int at = from;
    while (at < FANOUT && at % 2 != 0) {
      if (get(node, at) != 0) {
        return at;
      }
      at++;
    }
    MemorySegment memory = pool.memory(node);
    for (; at < FANOUT; at += 2) {
      if (memory.get(TWO_LINKS, offset(node, at)) != 0) {
        return get(node, at) != 0 ? at : at + 1;
      }
    }
    return FANOUT;
  }

  private int get(int node, int at) {
    return (int) LINK.getAcquire(pool.memory(node), offset(node, at));
  }

  private void set(int node, int at, int page) {
    LINK.setRelease(pool.memory(node), offset(node, at), page);
  }

  private static long offset(int node, int at) {
    return PagePool.start(node) + (long) at * Integer.BYTES;
  }

  /** Get the binary logarithm of the number of blocks below a link of a node of a level. */
  private static int shift(int level) {
    return BITS * level;
  }

  private static int index(long block, int level) {
    return (int) (block >>> shift(level)) & (FANOUT - 1);
  }

  /** Get the first block below the same node of a level as a block, counted from the leaf's 1. */
  private static long floor(long block, int level) {
    return block >>> shift(level) << shift(level);
  }
}
