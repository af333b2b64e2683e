package nbdj.ext4;

import java.util.List;
import java.util.stream.Stream;

/**
 * The content of one node of an extent tree.
 *
 * @param depth levels below it: 0 for a leaf
 * @param generation a field of its header that nobody uses and everybody keeps
 * @param extents ascending and apart, if it is a leaf; else none
 * @param children ascending, if it is not a leaf; else none
 */
record ExtentNode(int depth, int generation, List<Extent> extents, List<ExtentIndex> children) {

  static ExtentNode leaf(int generation, List<Extent> extents) {
    return new ExtentNode(0, generation, extents, List.of());
  }

  static ExtentNode inner(int depth, int generation, List<ExtentIndex> children) {
    return new ExtentNode(depth, generation, List.of(), children);
  }

  /** Return the number of entries. */
  int size() {
    return depth == 0 ? extents.size() : children.size();
  }

  /** Return the first logical block of the first entry, of which there must be one. */
  long first() {
    return depth == 0 ? extents.getFirst().logical() : children.getFirst().logical();
  }

  /** Return the index of the child under which a logical block belongs. */
  int childOf(long logical) {
    int low = 1;
    int high = children.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (children.get(middle).logical() <= logical) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low - 1;
  }

  /** Return a node with the entries of an interval. */
  ExtentNode part(int from, int to) {
    return depth == 0
        ? leaf(generation, extents.subList(from, to))
        : inner(depth, generation, children.subList(from, to));
  }

  /** Return a node with the entries of this one and then those of another of the same depth. */
  ExtentNode and(ExtentNode next) {
    return depth == 0
        ? leaf(generation, ExtentEdits.concat(extents, next.extents))
        : inner(
            depth, generation, Stream.of(children, next.children).flatMap(List::stream).toList());
  }

  /** Return the children of an interval. */
  List<ExtentIndex> children(int from, int to) {
    return children.subList(from, to);
  }

  /** Return a node in which some children stand in the place of others. */
  ExtentNode replacing(int from, int to, List<ExtentIndex> instead) {
    List<ExtentIndex> changed =
        Stream.of(children.subList(0, from), instead, children.subList(to, children.size()))
            .flatMap(List::stream)
            .toList();
    return inner(depth, generation, changed);
  }
}
