package nbdj.ext4;

import java.io.IOException;
import java.util.Optional;

/**
 * Marks the blocks of the files that the filesystem keeps for itself: its journal, quotas and the
 * like.
 */
final class SystemFiles {

  /** Reserved inode that owns the room for more group descriptors. */
  private static final long RESIZE_INODE = 7;

  /** Slot of the doubly indirect pointer in a block map. */
  private static final int DOUBLE_INDIRECT = 13;

  private final Volume volume;

  private SystemFiles(Volume volume) {
    this.volume = volume;
  }

  /**
   * Add the blocks of all system files to the zones of a volume.
   *
   * @return why the filesystem must not be written, if one of the files is damaged
   */
  static Optional<String> mark(Volume volume) throws IOException {
    Superblock superblock = volume.superblock;
    SystemFiles files = new SystemFiles(volume);
    Optional<String> reason = Optional.empty();
    String[] names = {"journal", "user quota", "group quota", "project quota", "orphan"};
    long[] inodes = {
      superblock.journalInode(),
      superblock.userQuotaInode(),
      superblock.groupQuotaInode(),
      superblock.projectQuotaInode(),
      superblock.orphanFileInode()
    };
    for (int i = 0; i < inodes.length; i++) {
      if (inodes[i] != 0) {
        Optional<String> problem = files.mark(names[i], inodes[i]);
        reason = reason.isPresent() ? reason : problem;
      }
    }
    if (superblock.has(Feature.RESIZE_INODE)) {
      files.markResize();
    }
    files.markMultiMount();
    volume.zones.seal();
    return reason;
  }

  private void markMultiMount() throws Ext4Exception {
    if (volume.superblock.has(Feature.MMP)) {
      markBlock(volume.superblock.multiMountBlock());
    }
  }

  /** Mark the one block of the resize inode that is not among the reserved descriptor blocks. */
  private void markResize() throws IOException {
    Inode inode;
    try {
      inode = volume.inodes.read(RESIZE_INODE);
    } catch (Ext4Exception e) {
      return;
    }
    markBlock(LittleEndian.u32(inode.raw, Inode.MAP + 4 * DOUBLE_INDIRECT));
  }

  private void markBlock(long block) throws Ext4Exception {
    if (block > volume.geometry.firstDataBlock && block < volume.geometry.blocks) {
      volume.zones.add(block, 1);
    }
  }

  private Optional<String> mark(String name, long number) throws IOException {
    try {
      Inode inode = volume.inodes.read(number);
      if (inode.links() == 0
          || inode.type() != Inode.Type.REGULAR
          || inode.has(Inode.FLAG_INLINE_DATA)) {
        return Optional.of(
            "the filesystem's %s file is not what it should be: run e2fsck".formatted(name));
      }
      markBlocks(inode);
      return Optional.empty();
    } catch (Ext4Exception e) {
      return Optional.of(
          "the filesystem's %s file is damaged (%s)".formatted(name, e.getMessage()));
    }
  }

  private void markBlocks(Inode inode) throws IOException {
    FileContent content = new FileContent(volume, inode, new MapBudget(0));
    int bits = volume.geometry.blockBits;
    long end = (inode.size + volume.geometry.blockSize - 1) >>> bits;
    // A map can lead to one block again and again; a file has no more blocks than the filesystem,
    // nor more nodes.
    long left = volume.geometry.blocks;
    SystemZones found = new SystemZones();
    long block = 0;
    while (block < end) {
      MapLeaf leaf = content.map().leafAt(block);
      left--;
      for (int i = 0; i < leaf.count(); i++) {
        left -= leaf.end(i) - leaf.first(i);
        found.add(leaf.physical(i), leaf.end(i) - leaf.first(i));
      }
      if (left < 0) {
        throw Ext4Exception.corrupt(
            "inode %d has more blocks than the filesystem".formatted(inode.number));
      }
      block = leaf.end;
    }
    volume.zones.addAll(found);
    volume.zones.seal();
  }
}
