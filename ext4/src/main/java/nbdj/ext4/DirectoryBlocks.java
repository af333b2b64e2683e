package nbdj.ext4;

import static nbdj.ext4.Ext4Exception.corrupt;

import java.io.IOException;

/** Reads the blocks of one directory and verifies their checksums. */
final class DirectoryBlocks {

  /** Length of the entry that ends a leaf block and carries its checksum. */
  private static final int LEAF_TAIL = 12;

  private static final int LEAF_TAIL_TYPE = 0xDE;

  /** Length of what ends an index block and carries its checksum. */
  private static final int INDEX_TAIL = 8;

  /** Where a root's entries begin; those of other index blocks begin at {@link #NODE_ENTRIES}. */
  static final int ROOT_ENTRIES = 0x20;

  static final int NODE_ENTRIES = 0x08;

  private final Volume volume;
  private final Inode inode;
  private final BlockMap map;
  private final LookupBudget budget;

  DirectoryBlocks(Volume volume, Inode inode, BlockMap map, LookupBudget budget) {
    this.volume = volume;
    this.inode = inode;
    this.map = map;
    this.budget = budget;
  }

  /** Return how many blocks the directory's size spans. */
  long count() {
    int bits = volume.geometry.blockBits;
    return (inode.size + volume.geometry.blockSize - 1) >>> bits;
  }

  /**
   * Read a block.
   *
   * @param block 0 to {@link #count} - 1
   * @return the block, or an empty array where the directory has a hole
   */
  byte[] read(long block) throws IOException {
    budget.take();
    MapLeaf leaf = map.leafAt(block);
    int index = leaf.indexOf(block);
    if (index < 0 || block >= leaf.end(index) || !leaf.written(index)) {
      return new byte[0];
    }
    return volume.reader.block(
        leaf.physical(index) + (block - leaf.first(index)), "directory block");
  }

  /** Return the first block at or after the given one that is not in a hole, or {@link #count}. */
  long skipHole(long block) throws IOException {
    long next = block;
    while (next < count()) {
      MapLeaf leaf = map.leafAt(next);
      int index = leaf.indexOf(next);
      if (index >= 0 && next < leaf.end(index)) {
        return next;
      }
      next = index + 1 < leaf.count() ? leaf.first(index + 1) : leaf.end;
    }
    return count();
  }

  /**
   * Return where the entries of a block end, having verified its checksum.
   *
   * @return the index behind the last entry
   */
  int verifyLeaf(byte[] block) throws Ext4Exception {
    if (!volume.checksums) {
      return block.length;
    }
    int tail = block.length - LEAF_TAIL;
    if (LittleEndian.i32(block, tail) != 0
        || LittleEndian.u16(block, tail + 4) != LEAF_TAIL
        || LittleEndian.u8(block, tail + 6) != 0
        || LittleEndian.u8(block, tail + 7) != LEAF_TAIL_TYPE) {
      throw corrupt(
          "directory inode %d has a block without a checksum: run e2fsck -D"
              .formatted(inode.number));
    }
    if (Checksums.crc32c(inode.checksumSeed(), block, 0, tail)
        != LittleEndian.i32(block, tail + 8)) {
      throw failed();
    }
    return tail;
  }

  /** Return how many entries fit into an index block whose entries begin at an offset. */
  int indexLimit(int entries) {
    return (volume.geometry.blockSize - entries - (volume.checksums ? INDEX_TAIL : 0)) / 8;
  }

  /** Verify the checksum of an index block whose entries begin at an offset. */
  void verifyIndex(byte[] block, int entries) throws Ext4Exception {
    if (!volume.checksums) {
      return;
    }
    int limit = LittleEndian.u16(block, entries);
    int count = LittleEndian.u16(block, entries + 2);
    if (limit != indexLimit(entries) || count > limit) {
      throw corrupt(
          "directory inode %d has an index block of impossible shape: run e2fsck"
              .formatted(inode.number));
    }
    int tail = entries + 8 * limit;
    int state = Checksums.crc32c(inode.checksumSeed(), block, 0, entries + 8 * count);
    state = Checksums.crc32c(state, block, tail, 4);
    if (Checksums.crc32c(state, 0) != LittleEndian.i32(block, tail + 4)) {
      throw failed();
    }
  }

  /** Tell whether a block of an indexed directory, other than the first, is a node of the index. */
  boolean isIndexNode(byte[] block) {
    int length = LittleEndian.u16(block, 4);
    boolean whole =
        block.length < (1 << 16) ? length == block.length : length == 0xFFFF || length == 0;
    return LittleEndian.i32(block, 0) == 0 && whole && LittleEndian.u16(block, 6) == 0;
  }

  private Ext4Exception failed() {
    return corrupt(
        "a block of directory inode %d fails its checksum: run e2fsck".formatted(inode.number));
  }
}
