package nbdj.ext4;

import static nbdj.ext4.Ext4Exception.corrupt;

import java.io.IOException;

/** What the group descriptors say, read and verified once when a filesystem is opened. */
final class Descriptors {

  /** Most bytes of descriptors that are read at once. */
  private static final int READ_LENGTH = 1 << 16;

  private final Superblock superblock;
  private final Geometry geometry;
  private final SystemZones zones;
  private final DescriptorFormat format;

  /** First block of each group's inode table. */
  private final long[] inodeTables;

  /** Free clusters of each group when the filesystem was opened. */
  private final int[] freeClusters;

  private long freeInodes;

  private Descriptors(Superblock superblock, Geometry geometry, SystemZones zones) {
    this.superblock = superblock;
    this.geometry = geometry;
    this.zones = zones;
    this.format = new DescriptorFormat(superblock, geometry);
    this.inodeTables = new long[geometry.groups];
    this.freeClusters = new int[geometry.groups];
  }

  /**
   * Read and verify all descriptors.
   *
   * @param zones is given every block of fixed place
   * @throws Ext4Exception if one of them fails its checksum or leads out of the filesystem
   */
  static Descriptors read(
      Superblock superblock, Geometry geometry, MetadataReader reader, SystemZones zones)
      throws IOException {
    zones.add(0, Superblock.OFFSET / geometry.blockSize + 1L);
    Descriptors descriptors = new Descriptors(superblock, geometry, zones);
    int index = 0;
    while (index < geometry.descriptorBlocks) {
      int count = neighbours(geometry, index);
      byte[] bytes =
          reader.blocks(
              geometry.descriptorBlock(index), count, "group descriptor block %d".formatted(index));
      descriptors.take(index, bytes);
      index += count;
    }
    return descriptors;
  }

  /** Return how many descriptor blocks from an index on can be read at once. */
  private static int neighbours(Geometry geometry, int index) {
    int most =
        Math.max(
            1, Math.min(geometry.descriptorBlocks - index, READ_LENGTH >>> geometry.blockBits));
    int count = 1;
    while (count < most
        && geometry.descriptorBlock(index + count) == geometry.descriptorBlock(index) + count) {
      count++;
    }
    return count;
  }

  private void take(int firstIndex, byte[] bytes) throws Ext4Exception {
    int group = firstIndex * (geometry.blockSize / geometry.descriptorSize);
    for (int at = 0; at < bytes.length && group < geometry.groups; at += geometry.descriptorSize) {
      format.verify(group, bytes, at);
      zones.add(geometry.copiesStart(group), geometry.copiesLength(group));
      takePlace(group, "block bitmap", format.blockBitmap(bytes, at), 1);
      takePlace(group, "inode bitmap", format.inodeBitmap(bytes, at), 1);
      inodeTables[group] = format.inodeTable(bytes, at);
      freeClusters[group] = format.freeClusters(bytes, at);
      freeInodes += format.freeInodes(bytes, at);
      takePlace(group, "inode table", inodeTables[group], geometry.inodeTableBlocks);
      group++;
    }
  }

  private void takePlace(int group, String what, long start, long length) throws Ext4Exception {
    boolean anywhere = superblock.has(Feature.FLEX_BG);
    long lowest = anywhere ? geometry.firstDataBlock : geometry.groupStart(group);
    long end = anywhere ? geometry.blocks : geometry.groupEnd(group);
    // Block 1 at most holds the superblock; it is the one place that a bad pointer must never get
    // at.
    int superblockAt = Superblock.OFFSET >>> geometry.blockBits;
    if (start < lowest || start > end - length || start <= superblockAt) {
      throw corrupt(
          "group %d has its %s at block %d, where it cannot be: run e2fsck"
              .formatted(group, what, start));
    }
    zones.add(start, length);
  }

  /**
   * Return where on the device an inode lies.
   *
   * @param number 1 to the number of inodes
   */
  long inodeOffset(long number) {
    int group = (int) ((number - 1) / geometry.inodesPerGroup);
    long index = (number - 1) % geometry.inodesPerGroup;
    return (inodeTables[group] << geometry.blockBits) + index * geometry.inodeSize;
  }

  /** Return how many clusters of each group were free when the filesystem was opened; a copy. */
  int[] freeClusters() {
    return freeClusters.clone();
  }

  /** Return how many inodes were free then, and are as long as nobody else uses the filesystem. */
  long freeInodes() {
    return freeInodes;
  }
}
