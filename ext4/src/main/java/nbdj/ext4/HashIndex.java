package nbdj.ext4;

import static nbdj.ext4.Ext4Exception.corrupt;

import java.io.IOException;

/** Finds a name in a directory by its hash index. */
final class HashIndex {

  private static final int ENTRY = 8;
  private static final int INFO = 0x18;
  private static final int INFO_LENGTH = 8;
  private static final int BLOCK_MASK = 0x0FFF_FFFF;

  private final Volume volume;
  private final Inode inode;
  private final DirectoryBlocks blocks;
  private final byte[] name;

  /** Leaves that may still be searched: no directory has more than it has blocks. */
  private long leavesLeft;

  HashIndex(Volume volume, Inode inode, DirectoryBlocks blocks, byte[] name) {
    this.volume = volume;
    this.inode = inode;
    this.blocks = blocks;
    this.name = name;
    this.leavesLeft = blocks.count();
  }

  /**
   * Look the name up.
   *
   * @return its inode, 0 if the directory does not have it, or -1 if there is no index that this
   *     engine can follow and the directory must be searched block by block
   * @throws Ext4Exception if a block on the way fails its checksum
   */
  long find() throws IOException {
    byte[] root = blocks.read(0);
    if (root.length == 0) {
      return -1;
    }
    int version = LittleEndian.u8(root, INFO + 4);
    int levels = LittleEndian.u8(root, INFO + 6);
    boolean usable =
        LittleEndian.i32(root, INFO) == 0
            && version <= NameHash.TEA
            && LittleEndian.u8(root, INFO + 5) == INFO_LENGTH
            && levels <= (volume.superblock.has(Feature.LARGEDIR) ? 2 : 1)
            && isNode(root, DirectoryBlocks.ROOT_ENTRIES);
    if (!usable) {
      return -1;
    }
    blocks.verifyIndex(root, DirectoryBlocks.ROOT_ENTRIES);
    boolean unsigned = (volume.superblock.flags() & Superblock.FLAG_UNSIGNED_HASH) != 0;
    int hash = NameHash.of(name, version, unsigned, volume.superblock.hashSeed());
    return search(root, DirectoryBlocks.ROOT_ENTRIES, levels, hash);
  }

  private boolean isNode(byte[] node, int entries) {
    int limit = LittleEndian.u16(node, entries);
    int count = LittleEndian.u16(node, entries + 2);
    return limit == blocks.indexLimit(entries) && count >= 1 && count <= limit;
  }

  /**
   * Search below a node. Names of one hash may fill several leaves; the key of each further one is
   * that hash with its lowest bit set.
   */
  private long search(byte[] node, int entries, int levels, int hash) throws IOException {
    int count = LittleEndian.u16(node, entries + 2);
    int index = 0;
    while (index + 1 < count && Integer.compareUnsigned(key(node, entries, index + 1), hash) <= 0) {
      index++;
    }
    long found = searchChild(node, entries, index, levels, hash);
    while (found == 0 && index + 1 < count && key(node, entries, index + 1) == (hash | 1)) {
      index++;
      found = searchChild(node, entries, index, levels, hash);
    }
    return found;
  }

  private long searchChild(byte[] node, int entries, int index, int levels, int hash)
      throws IOException {
    long block = LittleEndian.i32(node, entries + ENTRY * index + 4) & BLOCK_MASK;
    if (block == 0 || block >= blocks.count()) {
      return -1;
    }
    byte[] child = blocks.read(block);
    if (child.length == 0) {
      throw corrupt(
          "the index of directory inode %d leads into a hole: run e2fsck".formatted(inode.number));
    }
    if (levels > 0) {
      if (!blocks.isIndexNode(child) || !isNode(child, DirectoryBlocks.NODE_ENTRIES)) {
        return -1;
      }
      blocks.verifyIndex(child, DirectoryBlocks.NODE_ENTRIES);
      return search(child, DirectoryBlocks.NODE_ENTRIES, levels - 1, hash);
    }
    if (leavesLeft-- == 0) {
      throw corrupt(
          "the index of directory inode %d has more leaves than blocks: run e2fsck"
              .formatted(inode.number));
    }
    return Directory.findIn(volume, inode, child, blocks.verifyLeaf(child), name);
  }

  private static int key(byte[] node, int entries, int index) {
    return LittleEndian.i32(node, entries + ENTRY * index);
  }
}
