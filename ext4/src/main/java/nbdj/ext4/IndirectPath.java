package nbdj.ext4;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The way from the inode to the pointers of one leaf of a block-by-block map, as far as there are
 * nodes, as they were read.
 */
final class IndirectPath {

  /** A node on the way. */
  static final class Step {
    /** Where it lies; of no meaning for the root. */
    final long block;

    /** Its pointers: a copy. */
    final byte[] bytes;

    /** Index of the pointer that the way goes on with; of no meaning for the leaf. */
    final int slot;

    Step(long block, byte[] bytes, int slot) {
      this.block = block;
      this.bytes = bytes;
      this.slot = slot;
    }

    long pointer(int index) {
      return LittleEndian.u32(bytes, IndirectShape.POINTER * index);
    }
  }

  private final List<Step> steps;

  /** Nodes that are missing below the last: 0 if the pointers of the leaf are there. */
  private final int missing;

  private final long start;
  private final long end;

  private IndirectPath(List<Step> steps, int missing, long start, long end) {
    this.steps = steps;
    this.missing = missing;
    this.start = start;
    this.end = end;
  }

  /**
   * Go down to the pointer of a logical block.
   *
   * @param root {@link Inode#MAP_LENGTH} bytes, not to be modified
   */
  static IndirectPath to(long logical, Volume volume, long inode, IndirectShape shape, byte[] root)
      throws IOException {
    int below = shape.levels(logical);
    long first = shape.start(below);
    int slot = below == 0 ? 0 : IndirectShape.DIRECT + below - 1;
    Step step = new Step(-1, root, slot);
    List<Step> steps = new ArrayList<>(List.of(step));
    while (below > 0) {
      long pointer = step.pointer(step.slot);
      if (pointer == 0) {
        long span = shape.span(below);
        long start = first + (logical - first) / span * span;
        return new IndirectPath(steps, below, start, Math.min(start + span, shape.limit()));
      }
      volume.checkFileBlocks(inode, pointer, 1);
      below--;
      slot = below == 0 ? 0 : shape.index(logical, below);
      step = new Step(pointer, volume.reader.block(pointer, "indirect block"), slot);
      steps.add(step);
    }
    long end = shape.leafEnd(logical);
    return new IndirectPath(steps, 0, shape.leafStart(logical), end);
  }

  /** Return the nodes there are, the root first. */
  List<Step> steps() {
    return steps;
  }

  /** Return how many nodes are missing: 0 if the pointers of the leaf are there. */
  int missing() {
    return missing;
  }

  /** Tell whether no node is missing. */
  boolean isWhole() {
    return missing == 0;
  }

  /** Return the first logical block of the leaf, or of the hole. */
  long start() {
    return start;
  }

  /** Return the logical block after the leaf or the hole. */
  long end() {
    return end;
  }

  /** Return the pointer of a logical block of the leaf, 0 if it is in a hole. */
  long pointer(long logical) {
    return steps.getLast().pointer((int) (logical - start));
  }
}
