package nbdj.ext4;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Edits a map in extents. */
final class ExtentEditor implements MapEditor {

  private final ExtentNodes nodes;
  private final MapRoot root;
  private final NodeBlocks blocks;
  private final boolean atomic;

  /** Most entries of a node: what it has room for, or fewer where a test wants deep trees. */
  private final int most;

  /** How many levels the tree has below its root. */
  private volatile int depth;

  /**
   * How many edits that are not durable have widened the stretch of a leaf by taking away what came
   * behind it. What is then put there must not be seen with the old bound, so that where changes
   * are not atomic it takes new nodes all the way from the root.
   */
  private final AtomicInteger widened = new AtomicInteger();

  /** Whether nothing has been edited yet: others may have widened leaves just before. */
  private boolean fresh = true;

  /**
   * Begin with the map of an inode that has extents.
   *
   * @param atomic whether changes reach the device whole or not at all
   * @throws Ext4Exception if the root is damaged
   */
  ExtentEditor(Volume volume, Inode inode, MapRoot root, NodeBlocks blocks, boolean atomic)
      throws IOException {
    this(volume, inode, root, blocks, atomic, Integer.MAX_VALUE);
  }

  /**
   * Begin with a map whose nodes are kept smaller than they need be, as a test wants it.
   *
   * @param most entries of a node, from 4
   */
  ExtentEditor(
      Volume volume, Inode inode, MapRoot root, NodeBlocks blocks, boolean atomic, int most)
      throws IOException {
    this.nodes = new ExtentNodes(volume, inode);
    this.root = root;
    this.blocks = blocks;
    this.atomic = atomic;
    this.most = Math.min(most, nodes.entriesPerBlock());
    this.depth = nodes.root(root.read()).depth();
  }

  @Override
  public int mostBlocks() {
    int perNode = 1 + blocks.blocksPerNode();
    // Of each level two are joined, which gives back both if the root then has room for all; or one
    // is split in two. Where that is not done in place, it takes one more.
    int perLevel = (atomic ? 2 : 3) * perNode;
    return 1 + 2 * perNode + ExtentNodes.MAX_DEPTH * perLevel;
  }

  @Override
  public int mostNodes() {
    // Two for a new level, and one for each that is split; where that is not done in place, two.
    return 2 + depth * (atomic ? 1 : 2);
  }

  @Override
  public long reach(long logical) {
    return Math.min(logical + Extent.most(false), ExtentNodes.LIMIT);
  }

  @Override
  public long physicalLimit() {
    return Long.MAX_VALUE;
  }

  @Override
  public int insert(
      MetadataStore.Change change, long logical, long physical, int length, boolean written)
      throws IOException {
    checkRange(logical, length);
    ExtentPath path = path(logical);
    // A hole may go on in the next leaf, before that one's first extent.
    int most = (int) Math.min(length, path.leaf().end() - logical);
    Extent added = new Extent(logical, physical, most, written);
    replace(change, path, ExtentEdits.insert(path.leaf().node().extents(), added));
    return most;
  }

  @Override
  public void mark(MetadataStore.Change change, long logical, int length, boolean written)
      throws IOException {
    checkRange(logical, length);
    ExtentPath path = path(logical);
    List<Extent> extents = path.leaf().node().extents();
    replace(change, path, ExtentEdits.mark(extents, logical, logical + length, written));
  }

  private void checkRange(long logical, int length) {
    if (logical < 0 || length < 1 || logical + length > reach(logical)) {
      throw new IllegalArgumentException(
          "%d blocks at logical block %d are more than one edit may change"
              .formatted(length, logical));
    }
  }

  @Override
  public long remove(
      MetadataStore.Change change, long logical, long end, int runs, FreedBlocks freed)
      throws IOException {
    if (logical < 0 || end <= logical || end > ExtentNodes.LIMIT || runs < 1) {
      throw new IllegalArgumentException(
          "%d runs of logical blocks %d to %d cannot be unmapped".formatted(runs, logical, end));
    }
    ExtentPath path = path(logical);
    List<Extent> extents = path.leaf().node().extents();
    FreedRuns found = new FreedRuns(runs);
    long stop = found.collect(extents, logical, Math.min(end, path.leaf().end()));
    if (!found.isEmpty()) {
      replace(change, path, ExtentEdits.remove(extents, logical, stop));
      found.tell(freed);
    }
    return stop;
  }

  private ExtentPath path(long logical) throws IOException {
    return ExtentPath.to(logical, nodes, nodes.root(root.read()));
  }

  private void replace(MetadataStore.Change change, ExtentPath path, List<Extent> extents)
      throws IOException {
    if (!atomic && fresh) {
      widen(change);
      fresh = false;
    }
    boolean deep = !atomic && path.depth() > 0;
    List<Extent> before = path.leaf().node().extents();
    boolean whole = deep && widened.get() > 0 && end(extents) > end(before);
    ExtentPlan plan =
        new ExtentRebuild(nodes, path, most, block -> atomic || change.isNew(block))
            .plan(extents, whole);
    depth = plan.apply(change, nodes, blocks, root).orElse(path.depth());
    if (deep && (extents.isEmpty() || extents.getFirst().logical() > path.leaf().key())) {
      widen(change);
    }
  }

  private void widen(MetadataStore.Change change) {
    widened.incrementAndGet();
    change.afterDurable(widened::decrementAndGet);
  }

  /** Return where the last of some extents ends. */
  private static long end(List<Extent> extents) {
    return extents.isEmpty() ? 0 : extents.getLast().end();
  }
}
