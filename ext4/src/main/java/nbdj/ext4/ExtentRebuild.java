package nbdj.ext4;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;

/**
 * Works out which nodes of an extent tree have to be written so that one leaf holds other extents.
 *
 * <p>Every key of an inner node is the first key below it. A node that is too full becomes two, one
 * that is nearly empty is joined to a neighbour, an empty one goes; a root that is too full gets a
 * level below it, and the only node below a root moves into it when it fits.
 *
 * <p>Nodes that may not be written in place are replaced by new ones, up to the first that keeps
 * its first key and needs not be split or joined, or the root: that one changes in place, and is
 * the only one that does. Used for one edit.
 */
final class ExtentRebuild {

  private final ExtentNodes nodes;
  private final ExtentPath path;

  /** Most entries of a node in a block, and of the root. */
  private final int most;

  private final int mostInRoot;

  /** Tells which nodes may be written in place whatever else is. */
  private final LongPredicate free;

  private final ExtentPlan plan = new ExtentPlan();

  /** Whether the leaf got a new last extent and is the last one: then no room is left before it. */
  private boolean appending;

  ExtentRebuild(ExtentNodes nodes, ExtentPath path, int most, LongPredicate free) {
    this.nodes = nodes;
    this.path = path;
    this.most = most;
    this.mostInRoot = Math.min(most, ExtentNodes.ROOT_ENTRIES);
    this.free = free;
  }

  /**
   * Return what is to be done.
   *
   * @param extents of the leaf, at most two more than it has room for
   * @param whole whether nothing but the root may be changed in place on the way to the leaf, other
   *     than what is free to be
   */
  ExtentPlan plan(List<Extent> extents, boolean whole) throws IOException {
    ExtentNode old = path.leaf().node();
    appending =
        path.isLast()
            && extents.size() > old.size()
            && (old.size() == 0 || extents.getLast().logical() > old.extents().getLast().logical());
    ExtentNode root = shrunk(grown(climb(ExtentNode.leaf(old.generation(), extents), whole)));
    if (!root.equals(path.root())) {
      plan.root(root);
    }
    return plan;
  }

  /** Change the nodes from a leaf on upwards and return what the root then holds. */
  private ExtentNode climb(ExtentNode leaf, boolean whole) throws IOException {
    ExtentNode now = leaf;
    for (int level = 0; level < path.depth(); level++) {
      ExtentPath.Step step = path.step(level);
      if (!whole && now.equals(step.node())) {
        return path.root();
      }
      ExtentPath.Step parent = path.step(level + 1);
      int from = parent.index();
      int to = from + 1;
      List<ExtentNode> parts = split(now);
      if (isSparse(now, step.node())) {
        int neighbour = neighbour(parent, level, now.size());
        if (neighbour >= 0) {
          ExtentNode other = child(parent, neighbour, level);
          parts = List.of(neighbour > from ? now.and(other) : other.and(now));
          from = Math.min(from, neighbour);
          to = from + 2;
        }
      }
      boolean same = to == from + 1 && parts.size() == 1;
      if (!whole && same && now.first() == step.key()) {
        plan.put(step.block(), now);
        return path.root();
      }
      now = parent.node().replacing(from, to, placed(parts, parent.node().children(from, to)));
    }
    return now;
  }

  private List<ExtentNode> split(ExtentNode node) {
    int size = node.size();
    if (size == 0) {
      return List.of();
    }
    if (size <= most) {
      return List.of(node);
    }
    int cut = appending ? most : size / 2;
    return List.of(node.part(0, cut), node.part(cut, size));
  }

  /** Tell whether a node has lost entries and is to be joined to a neighbour, if that has room. */
  private boolean isSparse(ExtentNode now, ExtentNode before) {
    return now.size() > 0 && now.size() < before.size() && now.size() <= Math.max(1, most / 4);
  }

  /**
   * Find a neighbour that has so much room that what is joined need not be split soon.
   *
   * @return the index of a child, or -1
   */
  private int neighbour(ExtentPath.Step parent, int level, int size) throws IOException {
    for (int index : new int[] {parent.index() + 1, parent.index() - 1}) {
      if (index >= 0
          && index < parent.node().size()
          && child(parent, index, level).size() + size <= most - most / 4) {
        return index;
      }
    }
    return -1;
  }

  private ExtentNode child(ExtentPath.Step parent, int index, int level) throws IOException {
    ExtentIndex entry = parent.node().children().get(index);
    return nodes.read(entry.block(), level, entry.logical(), parent.endOf(index));
  }

  /** Give nodes places, old ones where they may have them, and return what leads there. */
  private List<ExtentIndex> placed(List<ExtentNode> parts, List<ExtentIndex> replaced) {
    List<Long> places = new ArrayList<>();
    for (ExtentIndex old : replaced) {
      if (places.size() < parts.size() && free.test(old.block())) {
        places.add(old.block());
      } else {
        plan.give(old.block());
      }
    }
    List<ExtentIndex> entries = new ArrayList<>();
    for (ExtentNode part : parts) {
      int index = entries.size();
      if (index < places.size()) {
        plan.put(places.get(index), part);
      } else {
        places.add(plan.add(part));
      }
      entries.add(new ExtentIndex(part.first(), places.get(index)));
    }
    return entries;
  }

  /** Put a level below a root that is too full. */
  private ExtentNode grown(ExtentNode root) throws Ext4Exception {
    if (root.size() <= mostInRoot) {
      return root;
    }
    if (root.depth() == ExtentNodes.MAX_DEPTH) {
      throw nodes.full();
    }
    List<ExtentIndex> entries = new ArrayList<>();
    for (ExtentNode part : split(root)) {
      entries.add(new ExtentIndex(part.first(), plan.add(part)));
    }
    return ExtentNode.inner(root.depth() + 1, root.generation(), entries);
  }

  /** Take levels out as long as the root leads to but one node, which fits into it. */
  private ExtentNode shrunk(ExtentNode root) throws IOException {
    ExtentNode now = root;
    while (now.depth() > 0 && now.size() <= 1) {
      if (now.size() == 0) {
        return ExtentNode.leaf(root.generation(), List.of());
      }
      ExtentIndex entry = now.children().getFirst();
      ExtentNode only = content(entry, now.depth() - 1);
      if (only.size() > mostInRoot) {
        return now;
      }
      plan.give(entry.block());
      now = new ExtentNode(only.depth(), root.generation(), only.extents(), only.children());
    }
    return now;
  }

  private ExtentNode content(ExtentIndex entry, int level) throws IOException {
    if (plan.content(entry.block()).isPresent()) {
      return plan.content(entry.block()).get();
    }
    if (level < path.depth() && path.step(level).block() == entry.block()) {
      return path.step(level).node();
    }
    return nodes.read(entry.block(), level, entry.logical(), ExtentNodes.LIMIT);
  }
}
