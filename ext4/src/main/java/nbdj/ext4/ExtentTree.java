package nbdj.ext4;

import static nbdj.ext4.Ext4Exception.corrupt;

import java.io.IOException;

/** The map of a file in extents: a tree whose root is in the inode. */
final class ExtentTree implements MapSource {

  /** What every node begins with. */
  static final int MAGIC = 0xF30A;

  private static final int MAX_DEPTH = 5;
  private static final int HEADER = 12;
  private static final int ENTRY = 12;

  /** Lengths in a leaf entry beyond this one mean that many fewer blocks, never written. */
  private static final int MAX_WRITTEN = 32768;

  private static final long LIMIT = 1L << 32;

  private final Volume volume;
  private final long inode;
  private final int checksumSeed;
  private final MapRoot root;

  ExtentTree(Volume volume, Inode inode, MapRoot root) {
    this.volume = volume;
    this.inode = inode.number;
    this.checksumSeed = inode.checksumSeed();
    this.root = root;
  }

  @Override
  public long limit() {
    return LIMIT;
  }

  @Override
  public MapLeaf load(long block) throws IOException {
    byte[] node = root.read();
    int depth = LittleEndian.u16(node, 6);
    if (depth > MAX_DEPTH) {
      throw damaged("is %d levels deep, the most is %d".formatted(depth, MAX_DEPTH));
    }
    checkNode(node, depth);
    long start = 0;
    long end = LIMIT;
    while (depth > 0) {
      int entries = LittleEndian.u16(node, 2);
      checkKeys(node, entries, start, end);
      int index = lastNotAfter(node, entries, block);
      if (index < 0) {
        return new MapLeaf(start, key(node, 0), 0);
      }
      start = key(node, index);
      end = index + 1 < entries ? key(node, index + 1) : end;
      int at = HEADER + index * ENTRY;
      long child = LittleEndian.u32(node, at + 4) | ((long) LittleEndian.u16(node, at + 8) << 32);
      depth--;
      node = readNode(child, depth);
    }
    return leaf(node, start, end);
  }

  private byte[] readNode(long block, int depth) throws IOException {
    volume.checkFileBlocks(inode, block, 1);
    byte[] node = volume.reader.block(block, "extent block");
    checkNode(node, depth);
    if (volume.checksums) {
      int end = HEADER + ENTRY * LittleEndian.u16(node, 4);
      if (Checksums.crc32c(checksumSeed, node, 0, end) != LittleEndian.i32(node, end)) {
        throw damaged("fails its checksum in block %d".formatted(block));
      }
    }
    return node;
  }

  private void checkNode(byte[] node, int depth) throws Ext4Exception {
    if (LittleEndian.u16(node, 0) != MAGIC) {
      throw damaged("has a node without its magic number");
    }
    int entries = LittleEndian.u16(node, 2);
    int max = LittleEndian.u16(node, 4);
    // In a block, 4 bytes are always left over for the checksum: no power of two is a multiple of
    // 12.
    if (max < 1 || max > (node.length - HEADER) / ENTRY || entries > max) {
      throw damaged("has a node with %d entries of %d".formatted(entries, max));
    }
    if (LittleEndian.u16(node, 6) != depth) {
      throw damaged(
          "has a node of level %d where level %d belongs"
              .formatted(LittleEndian.u16(node, 6), depth));
    }
    if (depth > 0 && entries == 0) {
      throw damaged("has an index node without entries");
    }
  }

  /** Check that the keys of an index node ascend within the stretch that its parent gives it. */
  private void checkKeys(byte[] node, int entries, long start, long end) throws Ext4Exception {
    long lowest = start;
    for (int i = 0; i < entries; i++) {
      long key = key(node, i);
      if (key < lowest || key >= end) {
        throw damaged("has an index entry for logical block %d out of order".formatted(key));
      }
      lowest = key + 1;
    }
  }

  private MapLeaf leaf(byte[] node, long start, long end) throws Ext4Exception {
    int entries = LittleEndian.u16(node, 2);
    MapLeaf leaf = new MapLeaf(start, end, entries);
    long free = start;
    for (int i = 0; i < entries; i++) {
      int at = HEADER + i * ENTRY;
      long logical = key(node, i);
      int stated = LittleEndian.u16(node, at + 4);
      boolean written = stated <= MAX_WRITTEN;
      int length = written ? stated : stated - MAX_WRITTEN;
      long physical =
          LittleEndian.u32(node, at + 8) | ((long) LittleEndian.u16(node, at + 6) << 32);
      if (length == 0 || logical < free || logical + length > end) {
        throw damaged(
            "has an extent of %d blocks at logical block %d out of order"
                .formatted(length, logical));
      }
      volume.checkFileBlocks(inode, physical, length);
      leaf.add(logical, physical, length, written);
      free = logical + length;
    }
    return leaf.trim();
  }

  private static int lastNotAfter(byte[] node, int entries, long block) {
    int low = 0;
    int high = entries - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (key(node, middle) <= block) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return high;
  }

  private static long key(byte[] node, int index) {
    return LittleEndian.u32(node, HEADER + index * ENTRY);
  }

  private Ext4Exception damaged(String how) {
    return corrupt("extent tree of inode %d %s: run e2fsck".formatted(inode, how));
  }
}
