package nbdj.ext4;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import nbdj.ext4.MetadataStore.Change.Kind;

/**
 * Which nodes of an extent tree are to be written, which are new and which are not needed any more.
 * Nothing of the tree is changed before it is {@linkplain #apply applied}.
 */
final class ExtentPlan {

  /**
   * Content of nodes by their blocks; by numbers below 0 that of new nodes, which have no place.
   */
  private final Map<Long, ExtentNode> nodes = new LinkedHashMap<>();

  private final Set<Long> given = new LinkedHashSet<>();
  private Optional<ExtentNode> root = Optional.empty();
  private long lastNew;

  /** Plan a new node and return what stands for its place. */
  long add(ExtentNode node) {
    lastNew--;
    nodes.put(lastNew, node);
    return lastNew;
  }

  /** Plan to write a node where there is one. */
  void put(long block, ExtentNode node) {
    nodes.put(block, node);
  }

  /** Plan to be without a node. */
  void give(long block) {
    nodes.remove(block);
    if (block >= 0) {
      given.add(block);
    }
  }

  void root(ExtentNode node) {
    root = Optional.of(node);
  }

  /** Return what a node is planned to hold. */
  Optional<ExtentNode> content(long block) {
    return Optional.ofNullable(nodes.get(block));
  }

  /**
   * Do as planned.
   *
   * @return how many levels the tree has below its root, if that has been changed
   */
  OptionalInt apply(MetadataStore.Change change, ExtentNodes form, NodeBlocks blocks, MapRoot into)
      throws IOException {
    Map<Long, Long> places = new HashMap<>();
    for (long block : nodes.keySet()) {
      places.put(block, block < 0 ? blocks.take(change) : block);
    }
    for (Map.Entry<Long, ExtentNode> entry : nodes.entrySet()) {
      long place = places.getOrDefault(entry.getKey(), entry.getKey());
      byte[] bytes =
          entry.getKey() < 0
              ? change.create(place, Kind.MAPPING)
              : change.overwrite(place, Kind.MAPPING);
      form.write(placed(entry.getValue(), places), bytes);
    }
    if (root.isPresent()) {
      into.write(change, form.rootBytes(placed(root.get(), places)));
    }
    for (long block : given) {
      blocks.give(change, block);
    }
    return root.map(node -> OptionalInt.of(node.depth())).orElse(OptionalInt.empty());
  }

  private static ExtentNode placed(ExtentNode node, Map<Long, Long> places) {
    List<ExtentIndex> children = new ArrayList<>(node.children().size());
    for (ExtentIndex child : node.children()) {
      long block = child.block();
      children.add(
          new ExtentIndex(child.logical(), block < 0 ? places.getOrDefault(block, block) : block));
    }
    return new ExtentNode(node.depth(), node.generation(), node.extents(), children);
  }
}
