package nbdj.ext4;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The way from the root of an extent tree down to one leaf, as the nodes were read. */
final class ExtentPath {

  /**
   * One node on the way.
   *
   * @param block where it lies; of no meaning for the root
   * @param index of the child that the way goes on with; of no meaning for the leaf
   * @param key what the node above it has as its first logical block
   * @param end logical block after the last that may be below it
   */
  record Step(long block, ExtentNode node, int index, long key, long end) {

    /** Return where another child's stretch ends. */
    long endOf(int child) {
      List<ExtentIndex> children = node.children();
      return child + 1 < children.size() ? children.get(child + 1).logical() : end;
    }
  }

  /** The leaf first, the root last. */
  private final List<Step> steps;

  private ExtentPath(List<Step> steps) {
    this.steps = steps;
  }

  /**
   * Go down to the leaf under which a logical block belongs: the first leaf for what comes before
   * all of them.
   */
  static ExtentPath to(long logical, ExtentNodes nodes, ExtentNode root) throws IOException {
    List<Step> steps = new ArrayList<>();
    Step step = new Step(-1, root, root.childOf(logical), 0, ExtentNodes.LIMIT);
    steps.add(step);
    while (step.node.depth() > 0) {
      ExtentIndex child = step.node.children().get(step.index);
      long end = step.endOf(step.index);
      ExtentNode node = nodes.read(child.block(), step.node.depth() - 1, child.logical(), end);
      step = new Step(child.block(), node, node.childOf(logical), child.logical(), end);
      steps.addFirst(step);
    }
    return new ExtentPath(steps);
  }

  /** Return how many levels the tree has below its root. */
  int depth() {
    return steps.size() - 1;
  }

  /** Return the node of a level: 0 for the leaf, {@link #depth} for the root. */
  Step step(int level) {
    return steps.get(level);
  }

  Step leaf() {
    return steps.getFirst();
  }

  ExtentNode root() {
    return steps.getLast().node;
  }

  /** Tell whether the leaf is the last of the tree. */
  boolean isLast() {
    return leaf().end == ExtentNodes.LIMIT;
  }
}
