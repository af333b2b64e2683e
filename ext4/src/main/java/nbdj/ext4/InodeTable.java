package nbdj.ext4;

import static nbdj.ext4.Ext4Exception.corrupt;
import static nbdj.ext4.Ext4Exception.notSupported;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Reads inodes. Safe for use by several threads. */
final class InodeTable {

  /** Number of the directory that every absolute path begins at. */
  static final long ROOT = 2;

  private final Superblock superblock;
  private final Geometry geometry;
  private final Descriptors descriptors;
  private final MetadataReader reader;

  /** Inodes that have been changed, with what did that last. */
  private final Map<Long, FileInode> changing = new ConcurrentHashMap<>();

  InodeTable(
      Superblock superblock, Geometry geometry, Descriptors descriptors, MetadataReader reader) {
    this.superblock = superblock;
    this.geometry = geometry;
    this.descriptors = descriptors;
    this.reader = reader;
  }

  /**
   * Read an inode, reserved or not, in use or not.
   *
   * @throws Ext4Exception if there is no such inode or it is damaged
   */
  Inode read(long number) throws IOException {
    if (number < 1 || number > geometry.inodes) {
      throw corrupt(
          "there is no inode %d, the filesystem has %d: run e2fsck"
              .formatted(number, geometry.inodes));
    }
    byte[] raw = reader.bytes(descriptors.inodeOffset(number), geometry.inodeSize);
    // One that is being changed is told by who changes it, since its bytes may be read in between.
    FileInode live = changing.get(number);
    return new Inode(number, live == null ? raw : live.raw(), superblock);
  }

  /** Have an inode read from who changes it from now on, until another takes that over. */
  void changedBy(long number, FileInode inode) {
    changing.put(number, inode);
  }

  /**
   * Read an inode that a directory names.
   *
   * @throws Ext4Exception if no directory may name it, or it holds what this engine cannot read
   */
  Inode readNamed(long number) throws IOException {
    if (number != ROOT && number < geometry.firstInode) {
      throw corrupt("a directory names reserved inode %d: run e2fsck".formatted(number));
    }
    Inode inode = read(number);
    if (inode.links() == 0) {
      throw corrupt(
          "a directory names inode %d, which is not in use: run e2fsck".formatted(number));
    }
    if (inode.has(Inode.FLAG_ENCRYPTED)) {
      throw notSupported(
          "inode %d is encrypted (fscrypt), which is not supported".formatted(number));
    }
    if (inode.has(Inode.FLAG_COMPRESSED | Inode.FLAG_COMPRESSED_BLOCKS)) {
      throw notSupported(
          "inode %d is compressed (e2compr), which is not supported".formatted(number));
    }
    if (inode.has(Inode.FLAG_VALUE)) {
      throw notSupported(
          "inode %d holds an extended attribute (ea_inode) and is not a file".formatted(number));
    }
    return inode;
  }
}
