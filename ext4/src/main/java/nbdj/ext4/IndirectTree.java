package nbdj.ext4;

import java.io.IOException;

/**
 * The map of a file block by block: pointers in the inode, then trees of one, two and three levels
 * of pointer blocks.
 */
final class IndirectTree implements MapSource {

  private final Volume volume;
  private final long inode;
  private final MapRoot root;
  private final IndirectShape shape;

  IndirectTree(Volume volume, Inode inode, MapRoot root) {
    this.volume = volume;
    this.inode = inode.number;
    this.root = root;
    this.shape = IndirectShape.of(volume.geometry);
  }

  @Override
  public long limit() {
    return shape.limit();
  }

  @Override
  public MapLeaf load(long block) throws IOException {
    IndirectPath path = IndirectPath.to(block, volume, inode, shape, root.read());
    MapLeaf leaf = new MapLeaf(path.start(), path.end(), path.isWhole() ? 4 : 0);
    for (long logical = path.start(); path.isWhole() && logical < path.end(); logical++) {
      long pointer = path.pointer(logical);
      if (pointer != 0) {
        volume.checkFileBlocks(inode, pointer, 1);
        leaf.add(logical, pointer, 1, true);
      }
    }
    return leaf.trim();
  }
}
