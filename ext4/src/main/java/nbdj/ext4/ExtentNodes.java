package nbdj.ext4;

import static nbdj.ext4.Ext4Exception.corrupt;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The nodes of one file's extent tree, from and to their form on the device. Whatever is read has
 * been checked.
 */
final class ExtentNodes {

  /** What every node begins with. */
  static final int MAGIC = 0xF30A;

  /** Most levels below the root. */
  static final int MAX_DEPTH = 5;

  /** Entries that the root in the inode has room for. */
  static final int ROOT_ENTRIES = 4;

  /** The logical block after the last that a tree can hold. */
  static final long LIMIT = 1L << 32;

  private static final int HEADER = 12;
  private static final int ENTRY = 12;

  private final Volume volume;
  private final long inode;
  private final int checksumSeed;

  ExtentNodes(Volume volume, Inode inode) {
    this.volume = volume;
    this.inode = inode.number;
    this.checksumSeed = inode.checksumSeed();
  }

  /** Return how many entries a node in a block has room for. */
  int entriesPerBlock() {
    return (volume.geometry.blockSize - HEADER) / ENTRY;
  }

  /**
   * Take the root apart.
   *
   * @param bytes {@link Inode#MAP_LENGTH} of them
   */
  ExtentNode root(byte[] bytes) throws Ext4Exception {
    int depth = LittleEndian.u16(bytes, 6);
    if (depth > MAX_DEPTH) {
      throw damaged("is %d levels deep, the most is %d".formatted(depth, MAX_DEPTH));
    }
    checkHeader(bytes, depth);
    return decode(bytes, depth, 0, LIMIT);
  }

  /**
   * Read a node from its block.
   *
   * @param start first logical block that may be below it
   * @param end logical block after the last
   */
  ExtentNode read(long block, int depth, long start, long end) throws IOException {
    volume.checkFileBlocks(inode, block, 1);
    byte[] bytes = volume.reader.block(block, "extent block");
    checkHeader(bytes, depth);
    if (volume.checksums) {
      int tail = tail(bytes);
      if (Checksums.crc32c(checksumSeed, bytes, 0, tail) != LittleEndian.i32(bytes, tail)) {
        throw damaged("fails its checksum in block %d".formatted(block));
      }
    }
    return decode(bytes, depth, start, end);
  }

  /** Return where the checksum of a node in a block is. */
  private static int tail(byte[] bytes) {
    // 4 bytes are always left over for it: no power of two is a multiple of 12.
    return HEADER + ENTRY * LittleEndian.u16(bytes, 4);
  }

  private void checkHeader(byte[] bytes, int depth) throws Ext4Exception {
    if (LittleEndian.u16(bytes, 0) != MAGIC) {
      throw damaged("has a node without its magic number");
    }
    int entries = LittleEndian.u16(bytes, 2);
    int max = LittleEndian.u16(bytes, 4);
    if (max < 1 || max > (bytes.length - HEADER) / ENTRY || entries > max) {
      throw damaged("has a node with %d entries of %d".formatted(entries, max));
    }
    if (LittleEndian.u16(bytes, 6) != depth) {
      throw damaged(
          "has a node of level %d where level %d belongs"
              .formatted(LittleEndian.u16(bytes, 6), depth));
    }
    if (depth > 0 && entries == 0) {
      throw damaged("has an index node without entries");
    }
  }

  private ExtentNode decode(byte[] bytes, int depth, long start, long end) throws Ext4Exception {
    int entries = LittleEndian.u16(bytes, 2);
    int generation = LittleEndian.i32(bytes, 8);
    return depth == 0
        ? ExtentNode.leaf(generation, extents(bytes, entries, start, end))
        : ExtentNode.inner(depth, generation, children(bytes, entries, start, end));
  }

  private List<Extent> extents(byte[] bytes, int entries, long start, long end)
      throws Ext4Exception {
    List<Extent> extents = new ArrayList<>(entries);
    long free = start;
    for (int i = 0; i < entries; i++) {
      int at = HEADER + i * ENTRY;
      long logical = LittleEndian.u32(bytes, at);
      int stated = LittleEndian.u16(bytes, at + 4);
      boolean written = stated <= Extent.MOST_WRITTEN;
      int length = written ? stated : stated - Extent.MOST_WRITTEN;
      long physical =
          LittleEndian.u32(bytes, at + 8) | ((long) LittleEndian.u16(bytes, at + 6) << 32);
      if (length == 0 || logical < free || logical + length > end) {
        throw damaged(
            "has an extent of %d blocks at logical block %d out of order"
                .formatted(length, logical));
      }
      volume.checkFileBlocks(inode, physical, length);
      extents.add(new Extent(logical, physical, length, written));
      free = logical + length;
    }
    return extents;
  }

  private List<ExtentIndex> children(byte[] bytes, int entries, long start, long end)
      throws Ext4Exception {
    List<ExtentIndex> children = new ArrayList<>(entries);
    long lowest = start;
    for (int i = 0; i < entries; i++) {
      int at = HEADER + i * ENTRY;
      long logical = LittleEndian.u32(bytes, at);
      if (logical < lowest || logical >= end) {
        throw damaged("has an index entry for logical block %d out of order".formatted(logical));
      }
      long block = LittleEndian.u32(bytes, at + 4) | ((long) LittleEndian.u16(bytes, at + 8) << 32);
      children.add(new ExtentIndex(logical, block));
      lowest = logical + 1;
    }
    return children;
  }

  /** Put the root together. */
  byte[] rootBytes(ExtentNode root) {
    byte[] bytes = new byte[Inode.MAP_LENGTH];
    encode(root, bytes);
    return bytes;
  }

  /**
   * Put a node together.
   *
   * @param block all of its block, every byte of which is written
   */
  void write(ExtentNode node, byte[] block) {
    encode(node, block);
    if (volume.checksums) {
      int tail = tail(block);
      LittleEndian.set32(block, tail, Checksums.crc32c(checksumSeed, block, 0, tail));
    }
  }

  private static void encode(ExtentNode node, byte[] bytes) {
    Arrays.fill(bytes, (byte) 0);
    LittleEndian.set16(bytes, 0, MAGIC);
    LittleEndian.set16(bytes, 2, node.size());
    LittleEndian.set16(bytes, 4, (bytes.length - HEADER) / ENTRY);
    LittleEndian.set16(bytes, 6, node.depth());
    LittleEndian.set32(bytes, 8, node.generation());
    int at = HEADER;
    for (Extent extent : node.extents()) {
      LittleEndian.set32(bytes, at, (int) extent.logical());
      int unwritten = extent.written() ? 0 : Extent.MOST_WRITTEN;
      LittleEndian.set16(bytes, at + 4, extent.length() + unwritten);
      LittleEndian.set16(bytes, at + 6, (int) (extent.physical() >>> 32));
      LittleEndian.set32(bytes, at + 8, (int) extent.physical());
      at += ENTRY;
    }
    for (ExtentIndex child : node.children()) {
      LittleEndian.set32(bytes, at, (int) child.logical());
      LittleEndian.set32(bytes, at + 4, (int) child.block());
      LittleEndian.set16(bytes, at + 8, (int) (child.block() >>> 32));
      at += ENTRY;
    }
  }

  /** Return what to throw when the tree would become too deep. */
  Ext4Exception full() {
    return new Ext4Exception(
        Ext4Exception.Kind.NO_SPACE,
        "extent tree of inode %d is full at %d levels: copy the file anew"
            .formatted(inode, MAX_DEPTH));
  }

  private Ext4Exception damaged(String how) {
    return corrupt("extent tree of inode %d %s: run e2fsck".formatted(inode, how));
  }
}
