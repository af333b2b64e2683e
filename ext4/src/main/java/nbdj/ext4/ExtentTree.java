package nbdj.ext4;

import java.io.IOException;
import java.util.List;

/** The map of a file in extents: a tree whose root is in the inode. */
final class ExtentTree implements MapSource {

  private final ExtentNodes nodes;
  private final MapRoot root;

  ExtentTree(Volume volume, Inode inode, MapRoot root) {
    this.nodes = new ExtentNodes(volume, inode);
    this.root = root;
  }

  @Override
  public long limit() {
    return ExtentNodes.LIMIT;
  }

  @Override
  public MapLeaf load(long block) throws IOException {
    ExtentNode node = nodes.root(root.read());
    long start = 0;
    long end = ExtentNodes.LIMIT;
    while (node.depth() > 0) {
      List<ExtentIndex> children = node.children();
      if (block < node.first()) {
        return new MapLeaf(start, node.first(), 0);
      }
      int index = node.childOf(block);
      start = children.get(index).logical();
      end = index + 1 < children.size() ? children.get(index + 1).logical() : end;
      node = nodes.read(children.get(index).block(), node.depth() - 1, start, end);
    }
    MapLeaf leaf = new MapLeaf(start, end, node.size());
    for (Extent extent : node.extents()) {
      leaf.add(extent.logical(), extent.physical(), extent.length(), extent.written());
    }
    return leaf.trim();
  }
}
