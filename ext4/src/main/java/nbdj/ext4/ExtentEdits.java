package nbdj.ext4;

import java.util.ArrayList;
import java.util.List;

/**
 * Edits of the extents of one leaf, as functions from lists to lists: ascending and apart before
 * and after. Neighbours that continue each other are joined where an edit touches them.
 */
final class ExtentEdits {

  private ExtentEdits() {}

  /**
   * Return extents with one more; there are at most that many more than before.
   *
   * @throws IllegalArgumentException if some of its blocks are mapped
   */
  static List<Extent> insert(List<Extent> extents, Extent added) {
    int index = firstEndingAfter(extents, added.logical());
    if (index < extents.size() && extents.get(index).logical() < added.end()) {
      throw new IllegalArgumentException(
          "%s is to be mapped where %s is".formatted(added, extents.get(index)));
    }
    return replaced(extents, index, index, List.of(added));
  }

  /**
   * Return extents of which blocks {@code [from, to)} are written, or are not: at most two more
   * than before if these are no more than {@link Extent#most any extent's}.
   *
   * @throws IllegalArgumentException if some of the blocks are not mapped
   */
  static List<Extent> mark(List<Extent> extents, long from, long to, boolean written) {
    int first = firstEndingAfter(extents, from);
    List<Extent> parts = new ArrayList<>();
    int index = first;
    long next = from;
    while (next < to) {
      if (index == extents.size() || extents.get(index).logical() > next) {
        throw new IllegalArgumentException(
            "logical block %d is to be marked, but is not mapped".formatted(next));
      }
      Extent extent = extents.get(index++);
      if (extent.logical() < from) {
        parts.add(extent.within(extent.logical(), from));
      }
      parts.add(extent.within(from, to).marked(written));
      if (extent.end() > to) {
        parts.add(extent.within(to, extent.end()));
      }
      next = extent.end();
    }
    return replaced(extents, first, index, parts);
  }

  /** Return extents without blocks {@code [from, to)}: at most one more than before. */
  static List<Extent> remove(List<Extent> extents, long from, long to) {
    int first = firstEndingAfter(extents, from);
    List<Extent> left = new ArrayList<>();
    int index = first;
    while (index < extents.size() && extents.get(index).logical() < to) {
      Extent extent = extents.get(index++);
      if (extent.logical() < from) {
        left.add(extent.within(extent.logical(), from));
      }
      if (extent.end() > to) {
        left.add(extent.within(to, extent.end()));
      }
    }
    return replaced(extents, first, index, left);
  }

  /** Return extents and then others, which lie behind them. */
  static List<Extent> concat(List<Extent> extents, List<Extent> others) {
    return replaced(extents, extents.size(), extents.size(), others);
  }

  /** Return the index of the first extent that ends after a logical block. */
  static int firstEndingAfter(List<Extent> extents, long logical) {
    int low = 0;
    int high = extents.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (extents.get(middle).end() > logical) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /**
   * Return a list in which some extents stand in the place of others, joined to their neighbours.
   */
  private static List<Extent> replaced(
      List<Extent> extents, int from, int to, List<Extent> instead) {
    int before = Math.max(0, from - 1);
    int after = Math.min(extents.size(), to + 1);
    List<Extent> result = new ArrayList<>(extents.size() + 2);
    result.addAll(extents.subList(0, before));
    extents.subList(before, from).forEach(extent -> append(result, extent, before));
    instead.forEach(extent -> append(result, extent, before));
    extents.subList(to, after).forEach(extent -> append(result, extent, before));
    result.addAll(extents.subList(after, extents.size()));
    return List.copyOf(result);
  }

  /**
   * Add an extent, as far as it has room joined to the last one.
   *
   * @param fixed number of extents that stay as they are
   */
  private static void append(List<Extent> result, Extent next, int fixed) {
    if (result.size() == fixed || !result.getLast().continuedBy(next)) {
      result.add(next);
      return;
    }
    Extent last = result.removeLast();
    long cut = Math.min(next.end(), last.logical() + Extent.most(last.written()));
    result.add(
        new Extent(last.logical(), last.physical(), (int) (cut - last.logical()), last.written()));
    if (cut < next.end()) {
      result.add(next.within(cut, next.end()));
    }
  }
}
