package nbdj.ext4;

import static nbdj.ext4.Ext4Exception.corrupt;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The bytes of a file, directory or symbolic link, wherever they are kept.
 *
 * <p>Safe for use by several threads.
 */
final class FileContent {

  private static final byte[] NOTHING = {};

  private final int blockBits;

  /** Length in bytes. */
  private final long size;

  /** The first bytes, where the inode itself holds the content; what follows them is a hole. */
  private volatile byte[] inline;

  /** Where all else is; the map of inline content is empty and never asked. */
  private final BlockMap map;

  private final boolean isInline;

  /**
   * Find the content of an inode.
   *
   * @param budget what the map's memory is taken from
   * @throws Ext4Exception if the inode cannot have the content that it claims
   */
  FileContent(Volume volume, Inode inode, MapBudget budget) throws Ext4Exception {
    this(volume, inode, new FixedRoot(inode), budget);
  }

  /**
   * Find the content of an inode that may be changed.
   *
   * @param root of the inode's map
   */
  FileContent(Volume volume, Inode inode, MapRoot root, MapBudget budget) throws Ext4Exception {
    this.blockBits = volume.geometry.blockBits;
    this.size = inode.size;
    this.isInline = inode.has(Inode.FLAG_INLINE_DATA);
    this.inline = isInline ? InlineData.of(inode, volume.superblock).content(size) : NOTHING;
    MapSource source =
        inode.has(Inode.FLAG_EXTENTS)
            ? new ExtentTree(volume, inode, root)
            : new IndirectTree(volume, inode, root);
    this.map = new BlockMap(source, budget);
    if (size > map.limit() << blockBits) {
      throw corrupt(
          "inode %d has size %d, more than its map can hold: run e2fsck"
              .formatted(inode.number, size));
    }
  }

  long size() {
    return size;
  }

  /** Tell whether the inode itself holds the content. */
  boolean isInline() {
    return isInline;
  }

  /** Return the bytes of inline content; not to be modified. */
  byte[] inline() {
    return inline;
  }

  /**
   * Replace inline content.
   *
   * @param content as long as before, and not modified any more
   */
  void setInline(byte[] content) {
    inline = content;
  }

  /** Return the map, of use only where the content is not inline. */
  BlockMap map() {
    return map;
  }

  /**
   * Walk a range.
   *
   * @param offset 0 to {@link #size}
   * @param length bytes, within the size
   */
  void walk(long offset, long length, RunVisitor visitor) throws IOException {
    if (!isInline) {
      RunWalk.walk(map, blockBits, offset, offset + length, visitor);
      return;
    }
    byte[] content = inline;
    int held = (int) Math.min(Math.max(0, content.length - offset), length);
    if (held > 0) {
      visitor.bytes(ByteBuffer.wrap(content, (int) offset, held).slice().asReadOnlyBuffer());
    }
    if (length > held) {
      visitor.zeroes(length - held, true);
    }
  }

  /** Forget what is kept of the map. */
  void release() {
    map.release();
  }
}
