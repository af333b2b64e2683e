package nbdj.ext4;

import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

/**
 * The map of one file, kept in memory leaf by leaf as it is asked for.
 *
 * <p>Readers find what is kept without a lock. The lock is held while a leaf is read from the
 * device, so that many readers of a new stretch read it once, and by who edits the map, so that
 * nobody reads a node meanwhile. What an edit has made untrue is {@linkplain #forget forgotten}
 * before the lock is given back; a leaf that was found before stays true for all blocks that were
 * not edited.
 */
final class BlockMap {

  /** Extents of a leaf that is changed rather than read again, which would find it in parts. */
  private static final int MOST_EXTENTS = 1024;

  private final MapSource source;
  private final MapBudget budget;
  private final ReentrantLock loading = new ReentrantLock();

  /**
   * Leaves kept, ascending and apart; the array is never changed, only replaced by a thread that
   * holds {@link #loading}.
   */
  private volatile MapLeaf[] leaves = {};

  /** Which leaf is dropped next when the budget is used up; guarded by {@link #loading}. */
  private int victim;

  /** Whether the file is closed and nothing may be kept any more; guarded by {@link #loading}. */
  private boolean released;

  BlockMap(MapSource source, MapBudget budget) {
    this.source = source;
    this.budget = budget;
  }

  /** Return the logical block after the last that the map can hold. */
  long limit() {
    return source.limit();
  }

  /**
   * Return the leaf that holds a logical block.
   *
   * @param block 0 to {@link #limit} - 1
   */
  MapLeaf leafAt(long block) throws IOException {
    MapLeaf[] kept = leaves;
    int index = indexOf(kept, block);
    return index >= 0 && block < kept[index].end ? kept[index] : load(block);
  }

  /** Lock the map for edits: nobody else edits it or reads its nodes. Not to be taken twice. */
  void lock() {
    assert LockRank.MAP.taken();
    loading.lock();
  }

  void unlock() {
    loading.unlock();
    assert LockRank.MAP.given();
  }

  /**
   * Forget what is kept of blocks {@code [start, end)}, which an edit has made untrue. Called with
   * the map locked.
   */
  void forget(long start, long end) {
    leaves = without(start, end);
  }

  /**
   * Change what is kept of blocks {@code [start, end)} as an edit has changed the map, or forget
   * it. Called with the map locked.
   *
   * @param edit changes a leaf that has all of the blocks
   */
  void change(long start, long end, UnaryOperator<MapLeaf> edit) {
    MapLeaf[] kept = leaves;
    int index = indexOf(kept, start);
    if (index >= 0 && end <= kept[index].end && kept[index].count() < MOST_EXTENTS && !released) {
      keep(edit.apply(kept[index]));
    } else {
      forget(start, end);
    }
  }

  /**
   * Read the stretch of the map that one node on the device describes now, and keep nothing. Called
   * with the map locked.
   */
  MapLeaf fresh(long block) throws IOException {
    return source.load(block);
  }

  private MapLeaf load(long block) throws IOException {
    if (loading.isHeldByCurrentThread()) {
      return loadLocked(block);
    }
    lock();
    try {
      return loadLocked(block);
    } finally {
      unlock();
    }
  }

  private MapLeaf loadLocked(long block) throws IOException {
    MapLeaf[] kept = leaves;
    int index = indexOf(kept, block);
    if (index >= 0 && block < kept[index].end) {
      return kept[index];
    }
    MapLeaf leaf = source.load(block);
    if (!released) {
      keep(leaf);
    }
    return leaf;
  }

  /** Return what is kept but for leaves that have blocks of a stretch, which are given up. */
  private MapLeaf[] without(long start, long end) {
    MapLeaf[] kept = leaves;
    int from = Math.max(0, indexOf(kept, start));
    from = from < kept.length && kept[from].end <= start ? from + 1 : from;
    int to = from;
    while (to < kept.length && kept[to].start < end) {
      budget.give(kept[to++]);
    }
    MapLeaf[] rest = new MapLeaf[kept.length - (to - from)];
    System.arraycopy(kept, 0, rest, 0, from);
    System.arraycopy(kept, to, rest, from, kept.length - to);
    return rest;
  }

  private void keep(MapLeaf leaf) {
    // Edits move the bounds between nodes, so that others may tell, as truly, part of the same.
    MapLeaf[] kept = without(leaf.start, leaf.end);
    int index = indexOf(kept, leaf.start) + 1;
    MapLeaf[] more = new MapLeaf[kept.length + 1];
    System.arraycopy(kept, 0, more, 0, index);
    more[index] = leaf;
    System.arraycopy(kept, index, more, index + 1, kept.length - index);
    if (!budget.take(leaf)) {
      more = dropUntilWithin(more, leaf);
    }
    leaves = more;
  }

  /** Drop leaves in turn until the budget is kept or only the new one is left. */
  private MapLeaf[] dropUntilWithin(MapLeaf[] all, MapLeaf newest) {
    int remaining = all.length;
    while (remaining > 1 && budget.overdrawn()) {
      victim = victim < remaining ? victim : 0;
      if (all[victim] == newest) {
        victim = (victim + 1) % remaining;
      }
      budget.give(all[victim]);
      System.arraycopy(all, victim + 1, all, victim, remaining - victim - 1);
      remaining--;
    }
    MapLeaf[] rest = new MapLeaf[remaining];
    System.arraycopy(all, 0, rest, 0, remaining);
    return rest;
  }

  /** Forget everything; the map still answers, but keeps nothing from now on. */
  void release() {
    lock();
    try {
      released = true;
      for (MapLeaf leaf : leaves) {
        budget.give(leaf);
      }
      leaves = new MapLeaf[0];
    } finally {
      unlock();
    }
  }

  /** Return the index of the last leaf that begins at or before a logical block, or -1. */
  private static int indexOf(MapLeaf[] leaves, long block) {
    int low = 0;
    int high = leaves.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (leaves[middle].start <= block) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return high;
  }
}
