package nbdj.ext4;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Blocks for the nodes of one file's map. They are claimed before a change is begun, so that no
 * edit runs out of them. {@link #take}, {@link #give}, {@link #lend} and what tells of the open
 * edit are called with the file's map locked, the others without.
 */
final class FileNodes implements NodeBlocks {

  /** Most clusters that are kept for later. */
  private static final int MOST_KEPT = 32;

  private final Geometry geometry;
  private final Allocator allocator;
  private final FileCount count;
  private final int quotaBlocks;

  /** What is left of the last reserve. */
  private final AtomicReference<Reserve> spare = new AtomicReference<>(new Reserve());

  /** Whether the open edit has changed anything. */
  private boolean touched;

  /** What the open edit may take, by clusters. */
  private Reserve reserve = new Reserve();

  /** Claimed clusters that belong to one thread. */
  static final class Reserve {
    private final Deque<ClusterRun> runs = new ArrayDeque<>();
    private int clusters;

    int clusters() {
      return clusters;
    }

    private void add(ClusterRun run) {
      runs.addLast(run);
      clusters += run.length();
    }

    /** Take one cluster. */
    private ClusterRun take() {
      ClusterRun run = runs.removeFirst();
      if (run.length() > 1) {
        runs.addFirst(run.from(1));
      }
      clusters--;
      return run.to(1);
    }
  }

  FileNodes(Geometry geometry, Allocator allocator, FileCount count, int quotaBlocks) {
    this.geometry = geometry;
    this.allocator = allocator;
    this.count = count;
    this.quotaBlocks = quotaBlocks;
  }

  /**
   * Claim clusters until a reserve has as many as are wanted.
   *
   * @param limit cluster that none may reach
   * @param last whether the last ones may be taken
   * @throws Ext4Exception if there are not so many; the reserve keeps what there are
   */
  void claim(Reserve into, int wanted, long goal, long limit, boolean last) throws IOException {
    while (into.clusters < wanted) {
      int missing = wanted - into.clusters;
      Optional<ClusterRun> run =
          last ? allocator.claimAny(goal, missing, limit) : allocator.claim(goal, missing, limit);
      if (run.isEmpty()) {
        throw new Ext4Exception(
            Ext4Exception.Kind.NO_SPACE,
            "no space is left in the filesystem for a file's map: trim or delete what is not needed");
      }
      into.add(run.get());
    }
  }

  /** Take what is kept, perhaps nothing. */
  Reserve spare() {
    return spare.getAndSet(new Reserve());
  }

  /** Keep what a reserve still has, if it is little, in place of what is kept. */
  void keep(Reserve from) {
    giveBack(from.clusters <= MOST_KEPT ? spare.getAndSet(from) : from);
  }

  /** Take into a change what taking the first node of a reserve changes. */
  void touch(MetadataStore.Change change, Reserve from) throws IOException {
    if (!from.runs.isEmpty()) {
      allocator.touch(change, from.runs.getFirst());
    }
  }

  /** Give back what a reserve still has. */
  void giveBack(Reserve from) {
    while (!from.runs.isEmpty()) {
      allocator.release(from.runs.removeFirst());
    }
    from.clusters = 0;
  }

  /** Say what the next edit takes from. */
  void lend(Reserve from) {
    reserve = from;
    touched = false;
  }

  /** Note that the open edit has changed something. */
  void touched() {
    touched = true;
  }

  /** Tell whether the open edit has changed anything. */
  boolean areTouched() {
    return touched;
  }

  @Override
  public long take(MetadataStore.Change change) throws IOException {
    touched = true;
    ClusterRun cluster = reserve.take();
    allocator.use(change, cluster);
    count.add(change, 1);
    return geometry.clusterStart(cluster.start());
  }

  @Override
  public void give(MetadataStore.Change change, long block) throws IOException {
    touched = true;
    change.forget(block);
    allocator.free(change, new ClusterRun(geometry.clusterOf(block), 1));
    count.add(change, -1);
  }

  @Override
  public int blocksPerNode() {
    return GroupBitmaps.BLOCKS + quotaBlocks;
  }
}
