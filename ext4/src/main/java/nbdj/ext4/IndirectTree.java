package nbdj.ext4;

import java.io.IOException;

/**
 * The map of a file block by block: pointers in the inode, then trees of one, two and three levels
 * of pointer blocks.
 */
final class IndirectTree implements MapSource {

  private static final int DIRECT = 12;
  private static final int TREES = 3;
  private static final int POINTER = 4;

  private final Volume volume;
  private final long inode;
  private final MapRoot root;

  /** Logarithm of the number of pointers in a block: 8 to 14. */
  private final int pointerBits;

  IndirectTree(Volume volume, Inode inode, MapRoot root) {
    this.volume = volume;
    this.inode = inode.number;
    this.root = root;
    this.pointerBits = volume.geometry.blockBits - 2;
  }

  @Override
  public long limit() {
    long limit = DIRECT;
    for (int levels = 1; levels <= TREES; levels++) {
      limit += 1L << (levels * pointerBits);
    }
    return Math.min(limit, 1L << 32);
  }

  @Override
  public MapLeaf load(long block) throws IOException {
    byte[] top = root.read();
    if (block < DIRECT) {
      return leaf(top, DIRECT, 0);
    }
    long start = DIRECT;
    int levels = 1;
    while (block - start >= 1L << (levels * pointerBits)) {
      start += 1L << (levels * pointerBits);
      levels++;
    }
    long pointer = LittleEndian.u32(top, POINTER * (DIRECT + levels - 1));
    while (pointer != 0) {
      byte[] node = readNode(pointer);
      levels--;
      if (levels == 0) {
        return leaf(node, 1 << pointerBits, start);
      }
      long index = (block - start) >>> (levels * pointerBits);
      start += index << (levels * pointerBits);
      pointer = LittleEndian.u32(node, (int) (POINTER * index));
    }
    return new MapLeaf(start, Math.min(start + (1L << (levels * pointerBits)), limit()), 0);
  }

  private byte[] readNode(long block) throws IOException {
    volume.checkFileBlocks(inode, block, 1);
    return volume.reader.block(block, "indirect block");
  }

  private MapLeaf leaf(byte[] node, int pointers, long start) throws Ext4Exception {
    MapLeaf leaf = new MapLeaf(start, Math.min(start + pointers, limit()), 4);
    for (int i = 0; i < pointers && start + i < leaf.end; i++) {
      long pointer = LittleEndian.u32(node, POINTER * i);
      if (pointer != 0) {
        volume.checkFileBlocks(inode, pointer, 1);
        leaf.add(start + i, pointer, 1, true);
      }
    }
    return leaf.trim();
  }
}
