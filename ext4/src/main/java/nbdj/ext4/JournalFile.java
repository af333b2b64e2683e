package nbdj.ext4;

import static nbdj.ext4.Ext4Exception.corrupt;

import java.io.IOException;
import java.nio.ByteBuffer;
import nbdj.ext4.journal.JournalBlocks;

/**
 * The file inside the filesystem that holds its journal.
 *
 * <p>Its map is taken once, from the filesystem as it was before any replay: that it never changes
 * is what makes a journal possible. Safe for use by several threads.
 */
final class JournalFile implements JournalBlocks {

  private final BlockDevice device;
  private final int blockBits;

  /** Where the file lies; it has no hole. */
  private final MapLeaf map;

  private final SystemZones zones = new SystemZones();

  private JournalFile(BlockDevice device, int blockBits, MapLeaf map) throws Ext4Exception {
    this.device = device;
    this.blockBits = blockBits;
    this.map = map;
    for (int i = 0; i < map.count(); i++) {
      zones.add(map.physical(i), map.end(i) - map.first(i));
    }
    zones.seal();
  }

  /**
   * Find the journal of a filesystem that has one inside it.
   *
   * @throws Ext4Exception if its inode is not that of a journal, also where the superblock's copy
   *     of its map is used instead
   */
  static JournalFile of(Volume volume) throws IOException {
    try {
      return of(volume, volume.inodes.read(volume.superblock.journalInode()));
    } catch (Ext4Exception e) {
      if (!volume.superblock.hasJournalBackup()) {
        throw e;
      }
      try {
        return of(volume, volume.superblock.journalBackup());
      } catch (Ext4Exception again) {
        e.addSuppressed(again);
        throw e;
      }
    }
  }

  private static JournalFile of(Volume volume, Inode inode) throws IOException {
    if (inode.links() == 0
        || inode.type() != Inode.Type.REGULAR
        || inode.has(Inode.FLAG_INLINE_DATA)) {
      throw corrupt("inode %d is not that of a journal: run e2fsck".formatted(inode.number));
    }
    int bits = volume.geometry.blockBits;
    long blocks = inode.size >>> bits;
    if (blocks > volume.geometry.blocks) {
      throw corrupt("journal is larger than the filesystem: run e2fsck");
    }
    BlockMap source = new FileContent(volume, inode, new MapBudget(0)).map();
    MapLeaf whole = new MapLeaf(0, blocks, 8);
    long block = 0;
    while (block < blocks) {
      MapLeaf leaf = source.leafAt(block);
      int index = leaf.indexOf(block);
      if (index < 0 || block >= leaf.end(index) || !leaf.written(index)) {
        throw corrupt("journal has no block %d: run e2fsck".formatted(block));
      }
      long end = Math.min(leaf.end(index), blocks);
      whole.add(block, leaf.physical(index) + block - leaf.first(index), (int) (end - block), true);
      block = end;
    }
    return new JournalFile(volume.device, bits, whole.trim());
  }

  @Override
  public int blockSize() {
    return 1 << blockBits;
  }

  @Override
  public long count() {
    return map.end;
  }

  @Override
  public boolean holds(long filesystemBlock) {
    return zones.intersects(filesystemBlock, 1);
  }

  @Override
  public void read(long block, ByteBuffer dst) throws IOException {
    each(block, dst, device::read);
  }

  @Override
  public void write(long block, ByteBuffer src) throws IOException {
    each(block, src, (part, offset) -> device.write(part, offset, false));
  }

  private interface Transfer {
    void run(ByteBuffer part, long offset) throws IOException;
  }

  /** Do something with each run of the device that a range of the journal lies in. */
  private void each(long block, ByteBuffer buffer, Transfer transfer) throws IOException {
    int limit = buffer.limit();
    long position = block << blockBits;
    while (buffer.position() < limit) {
      int index = map.indexOf(position >>> blockBits);
      long skipped = position - (map.first(index) << blockBits);
      long here = (map.end(index) << blockBits) - position;
      int length = (int) Math.min(here, limit - buffer.position());
      buffer.limit(buffer.position() + length);
      transfer.run(buffer, (map.physical(index) << blockBits) + skipped);
      buffer.limit(limit);
      position += length;
    }
  }
}
