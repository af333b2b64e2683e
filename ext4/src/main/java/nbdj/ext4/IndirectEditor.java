package nbdj.ext4;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import nbdj.ext4.MetadataStore.Change.Kind;

/**
 * Edits a map of pointers. Pointers are put in or taken out in one node, and nodes that are taken
 * or given back hang from one pointer of that: so nothing else depends on when it reaches the
 * device.
 */
final class IndirectEditor implements MapEditor {

  private static final int POINTER = IndirectShape.POINTER;

  private final Volume volume;
  private final long inode;
  private final MapRoot root;
  private final NodeBlocks blocks;
  private final IndirectShape shape;

  IndirectEditor(Volume volume, Inode inode, MapRoot root, NodeBlocks blocks) {
    this.volume = volume;
    this.inode = inode.number;
    this.root = root;
    this.blocks = blocks;
    this.shape = IndirectShape.of(volume.geometry);
  }

  @Override
  public int mostBlocks() {
    // The inode, one node in place, and all others of the way.
    return 2 + IndirectShape.TREES * (1 + blocks.blocksPerNode());
  }

  @Override
  public int mostNodes() {
    return IndirectShape.TREES;
  }

  @Override
  public long reach(long logical) {
    return shape.leafEnd(logical);
  }

  @Override
  public long physicalLimit() {
    return 1L << 32;
  }

  @Override
  public int insert(
      MetadataStore.Change change, long logical, long physical, int length, boolean written)
      throws IOException {
    checkRange(logical, length, written);
    if (physical < 1 || physical > physicalLimit() - length) {
      throw new IllegalArgumentException(
          "block %d has no pointer of 32 bits".formatted(physical + length - 1));
    }
    IndirectPath path = path(logical);
    for (long block = logical; path.isWhole() && block < logical + length; block++) {
      if (path.pointer(block) != 0) {
        throw new IllegalArgumentException("logical block %d is mapped".formatted(block));
      }
    }
    long leafStart = shape.leafStart(logical);
    int index = (int) (logical - leafStart);
    IndirectPath.Step last = path.steps().getLast();
    byte[] changed = last.bytes;
    if (path.isWhole()) {
      fill(changed, index, physical, length);
    } else {
      LittleEndian.set32(
          changed,
          POINTER * last.slot,
          (int) chain(change, path.missing(), logical, physical, length));
    }
    write(change, last.block, changed, path.steps().size() == 1);
    return length;
  }

  /** Make the nodes that are missing, and return the highest. */
  private long chain(
      MetadataStore.Change change, int levels, long logical, long physical, int length)
      throws IOException {
    long[] places = new long[levels];
    for (int i = 0; i < levels; i++) {
      places[i] = blocks.take(change);
    }
    for (int below = 0; below < levels; below++) {
      byte[] bytes = change.create(places[below], Kind.MAPPING);
      int index = shape.index(logical, below);
      if (below == 0) {
        fill(bytes, index, physical, length);
      } else {
        LittleEndian.set32(bytes, POINTER * index, (int) places[below - 1]);
      }
    }
    return places[levels - 1];
  }

  private static void fill(byte[] bytes, int index, long physical, int length) {
    for (int i = 0; i < length; i++) {
      LittleEndian.set32(bytes, POINTER * (index + i), (int) (physical + i));
    }
  }

  @Override
  public void mark(MetadataStore.Change change, long logical, int length, boolean written) {
    checkRange(logical, length, written);
  }

  private void checkRange(long logical, int length, boolean written) {
    if (!written) {
      throw new IllegalArgumentException("a map of pointers has no unwritten blocks");
    }
    if (logical < 0
        || logical >= shape.limit()
        || length < 1
        || length > reach(logical) - logical) {
      throw new IllegalArgumentException(
          "%d blocks at logical block %d are more than one edit may change"
              .formatted(length, logical));
    }
  }

  @Override
  public long remove(
      MetadataStore.Change change, long logical, long end, int runs, FreedBlocks freed)
      throws IOException {
    if (logical < 0 || end <= logical || end > shape.limit() || runs < 1) {
      throw new IllegalArgumentException(
          "%d runs of logical blocks %d to %d cannot be unmapped".formatted(runs, logical, end));
    }
    IndirectPath path = path(logical);
    if (!path.isWhole()) {
      return Math.min(end, path.end());
    }
    FreedRuns found = new FreedRuns(runs);
    byte[] leaf = path.steps().getLast().bytes;
    long block = logical;
    for (; block < Math.min(end, path.end()); block++) {
      long pointer = path.pointer(block);
      if (pointer != 0) {
        volume.checkFileBlocks(inode, pointer, 1);
        if (!found.add(pointer, 1)) {
          break;
        }
      }
    }
    int from = POINTER * (int) (logical - path.start());
    Arrays.fill(leaf, from, POINTER * (int) (block - path.start()), (byte) 0);
    if (!found.isEmpty()) {
      shorten(change, path.steps());
      found.tell(freed);
    }
    return block;
  }

  /**
   * Write the last node of a way; or give it back if it is empty, and those above that become so.
   */
  private void shorten(MetadataStore.Change change, List<IndirectPath.Step> steps)
      throws IOException {
    int last = steps.size() - 1;
    while (last > 0 && isEmpty(steps.get(last).bytes)) {
      last--;
      LittleEndian.set32(steps.get(last).bytes, POINTER * steps.get(last).slot, 0);
    }
    write(change, steps.get(last).block, steps.get(last).bytes, last == 0);
    for (IndirectPath.Step step : steps.subList(last + 1, steps.size())) {
      blocks.give(change, step.block);
    }
  }

  private static boolean isEmpty(byte[] bytes) {
    for (byte b : bytes) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  private void write(MetadataStore.Change change, long block, byte[] bytes, boolean isRoot)
      throws IOException {
    if (isRoot) {
      root.write(change, bytes);
    } else {
      System.arraycopy(bytes, 0, change.overwrite(block, Kind.MAPPING), 0, bytes.length);
    }
  }

  private IndirectPath path(long logical) throws IOException {
    return IndirectPath.to(logical, volume, inode, shape, root.read());
  }
}
