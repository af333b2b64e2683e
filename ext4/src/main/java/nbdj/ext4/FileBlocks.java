package nbdj.ext4;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Maps and unmaps the blocks of one file, each time in a change that is consistent in itself: map,
 * bitmaps, and all that counts.
 *
 * <p>Safe for use by several threads, each of which has the stripes of what it changes.
 */
final class FileBlocks {

  /** Most groups in which one change gives blocks up. */
  private static final int GROUPS = 16;

  /** Most blocks that one change maps or marks: what one extent can have, written or not. */
  private static final int MOST = 32_767;

  private final Geometry geometry;
  private final MetadataStore store;
  private final Allocator allocator;
  private final BlockMap map;
  private final MapEditor editor;
  private final FileNodes nodes;
  private final FileCount count;

  /** Where nodes should lie. */
  private final long goal;

  /** Changes that are not durable. */
  private final AtomicLong unsettled = new AtomicLong();

  FileBlocks(
      Geometry geometry,
      MetadataStore store,
      Allocator allocator,
      BlockMap map,
      MapEditor editor,
      FileNodes nodes,
      FileCount count,
      long goal) {
    this.geometry = geometry;
    this.store = store;
    this.allocator = allocator;
    this.map = map;
    this.editor = editor;
    this.nodes = nodes;
    this.count = count;
    this.goal = goal;
  }

  /** Tell whether all changes so far are durable. */
  boolean isSettled() {
    return unsettled.get() == 0;
  }

  /** Return the cluster that none of the file's may reach. */
  long clusterLimit() {
    long blocks = Math.min(editor.physicalLimit(), geometry.blocks);
    return (blocks - geometry.firstDataBlock) >>> geometry.clusterBits;
  }

  /** Claim what the map needs for so many edits, most likely; never less than for one. */
  void reserve(FileNodes.Reserve reserve, int edits, boolean last) throws IOException {
    int entries = geometry.blockSize / 16;
    int wanted = editor.mostNodes() + 4 * (edits / entries) + 1;
    nodes.claim(reserve, wanted, goal, clusterLimit(), last);
  }

  /** Return what is left of an earlier reserve, if anything is. */
  FileNodes.Reserve reserve() {
    return nodes.spare();
  }

  /** Keep what has not been used of a reserve for later. */
  void keep(FileNodes.Reserve reserve) {
    nodes.keep(reserve);
  }

  /** Give back what is kept for later. */
  void giveBack() {
    nodes.giveBack(nodes.spare());
  }

  /** Check that so many clusters more can be counted. */
  void checkRoom(long clusters) throws Ext4Exception {
    count.checkRoom(clusters);
  }

  private interface Step {
    void run(MetadataStore.Change change) throws IOException;
  }

  /**
   * Make a change of the map.
   *
   * @param blocks of metadata that it changes beside the map's own and what counts
   * @param before takes those into the change
   * @param edit changes the map, and then what cannot fail
   */
  private void change(FileNodes.Reserve reserve, int blocks, Step before, Step edit)
      throws IOException {
    boolean done = false;
    while (!done) {
      nodes.claim(reserve, editor.mostNodes(), goal, clusterLimit(), true);
      try (MetadataStore.Change change =
          store.begin(editor.mostBlocks() + 1 + count.blocks() + blocks)) {
        count.touch(change);
        nodes.touch(change, reserve);
        before.run(change);
        map.lock();
        try {
          // Meanwhile the map may have become deeper.
          done = editor.mostNodes() <= reserve.clusters();
          if (done) {
            nodes.lend(reserve);
            edit(change, edit);
          }
        } finally {
          map.unlock();
        }
      }
    }
  }

  private void edit(MetadataStore.Change change, Step edit) throws IOException {
    boolean whole = false;
    try {
      edit.run(change);
      whole = true;
    } finally {
      if (!whole && nodes.areTouched()) {
        change.fail("a change of a file's map failed halfway");
      }
    }
    unsettled.incrementAndGet();
    change.afterDurable(unsettled::decrementAndGet);
  }

  /**
   * Map blocks.
   *
   * @param claimed the clusters that this is the first use of, if any; they are marked as used, or
   *     given back if that fails
   */
  void insert(
      FileNodes.Reserve reserve,
      long logical,
      long physical,
      int length,
      boolean written,
      Optional<ClusterRun> claimed)
      throws IOException {
    Insertion insertion = new Insertion(logical, physical, length, written, claimed);
    try {
      while (insertion.length > 0) {
        change(reserve, GroupBitmaps.BLOCKS, insertion::touch, insertion::run);
      }
    } finally {
      insertion.left.ifPresent(allocator::release);
    }
  }

  /** Blocks that are still to be mapped. */
  private final class Insertion {
    private long logical;
    private long physical;
    private int length;
    private final boolean written;

    /** Clusters that are claimed for them. */
    private Optional<ClusterRun> left;

    Insertion(
        long logical, long physical, int length, boolean written, Optional<ClusterRun> claimed) {
      this.logical = logical;
      this.physical = physical;
      this.length = length;
      this.written = written;
      this.left = claimed;
    }

    void touch(MetadataStore.Change change) throws IOException {
      if (left.isPresent()) {
        allocator.touch(change, left.get());
      }
    }

    /** Map as many as one node takes. */
    void run(MetadataStore.Change change) throws IOException {
      long from = logical;
      long to = from + editor.insert(change, logical, physical, length, written);
      nodes.touched();
      if (left.isPresent()) {
        use(change, left.get(), geometry.clusterOf(physical + (to - from) - 1) + 1);
      }
      long place = physical;
      map.change(from, to, leaf -> leaf.with(from, to, place, written));
      logical = to;
      physical += to - from;
      length -= (int) (to - from);
    }

    private void use(MetadataStore.Change change, ClusterRun run, long end) throws IOException {
      int clusters = (int) Math.min(run.length(), end - run.start());
      if (clusters > 0) {
        allocator.use(change, run.to(clusters));
        count.add(change, clusters);
        left = clusters < run.length() ? Optional.of(run.from(clusters)) : Optional.empty();
      }
    }
  }

  /** Return the most blocks that can be mapped at once from a place on, of so many. */
  int reach(long logical, int length) {
    return (int) Math.min(Math.min(length, MOST), editor.reach(logical) - logical);
  }

  /** Mark blocks that are mapped as written or as unwritten. */
  void mark(FileNodes.Reserve reserve, long logical, long length, boolean written)
      throws IOException {
    long[] at = {logical};
    long end = logical + length;
    while (at[0] < end) {
      change(
          reserve,
          0,
          change -> {},
          change -> {
            long start = at[0];
            // What is kept may tell of more than one node.
            long stop = Math.min(end, map.fresh(start).end);
            int some = reach(start, (int) Math.min(stop - start, MOST));
            editor.mark(change, start, some, written);
            map.change(start, start + some, leaf -> leaf.marked(start, start + some, written));
            at[0] = start + some;
          });
    }
  }

  /**
   * Unmap blocks from a place on, as many as one change may, and give up clusters of which none is
   * mapped any more.
   *
   * @param end after the last that may be unmapped: that of a cluster
   * @return where to go on
   */
  long remove(FileNodes.Reserve reserve, long logical, long end) throws IOException {
    List<Integer> groups = new ArrayList<>();
    long stop = bound(logical, end, groups);
    long[] next = {stop};
    change(
        reserve,
        groups.size() * GroupBitmaps.BLOCKS,
        change -> {
          for (int group : groups) {
            allocator.touchFree(change, group);
          }
        },
        change -> {
          FreedClusters freed = new FreedClusters(geometry);
          next[0] = editor.remove(change, logical, stop, Integer.MAX_VALUE, freed);
          nodes.touched();
          long kept = next[0] < end ? mappedCluster(next[0]) : -1;
          long clusters = 0;
          for (ClusterRun run : freed.runs(kept)) {
            allocator.free(change, run);
            clusters += run.length();
          }
          count.add(change, -clusters);
          map.change(logical, next[0], leaf -> leaf.with(logical, next[0], -1, false));
        });
    return next[0];
  }

  /** Return where unmapping must stop so that blocks of few enough groups are given up. */
  private long bound(long logical, long end, List<Integer> groups) throws IOException {
    int most =
        Math.clamp(
            (store.mostBlocks() - editor.mostBlocks() - 1L - count.blocks()) / GroupBitmaps.BLOCKS,
            1,
            GROUPS);
    MapLeaf leaf = map.leafAt(logical);
    for (int i = Math.max(0, leaf.indexOf(logical)); i < leaf.count(); i++) {
      long from = Math.max(logical, leaf.first(i));
      long to = Math.min(end, leaf.end(i));
      while (from < to) {
        long physical = leaf.physical(i) + from - leaf.first(i);
        int group = (int) (geometry.clusterOf(physical) / geometry.clustersPerGroup);
        if (!groups.contains(group)) {
          if (groups.size() == most) {
            return from;
          }
          groups.add(group);
        }
        from += Math.min(to - from, geometry.groupEnd(group) - physical);
      }
    }
    return Math.min(end, leaf.end);
  }

  /**
   * Return the cluster of the device that the rest of a cluster of the file is mapped to.
   *
   * @param logical where the rest begins
   * @return -1 if it is not mapped, or nothing is left
   */
  private long mappedCluster(long logical) throws IOException {
    long end = roundUp(logical);
    return logical == end ? -1 : mappedCluster(logical, end);
  }

  private long roundUp(long logical) {
    long mask = (1L << geometry.clusterBits) - 1;
    return (logical + mask) & ~mask;
  }

  /**
   * Return the cluster of the device that some blocks of one cluster of the file are mapped to.
   *
   * @return -1 if none of them is mapped
   */
  long mappedCluster(long from, long end) throws IOException {
    long at = from;
    while (at < end) {
      MapLeaf leaf = map.leafAt(at);
      for (int i = Math.max(0, leaf.indexOf(at)); i < leaf.count(); i++) {
        long first = Math.max(at, leaf.first(i));
        if (first < Math.min(end, leaf.end(i))) {
          return geometry.clusterOf(leaf.physical(i) + first - leaf.first(i));
        }
      }
      at = leaf.end;
    }
    return -1;
  }
}
