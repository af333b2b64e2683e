package nbdj.ext4;

import static nbdj.ext4.Ext4Exception.corrupt;

import java.io.IOException;

/** What the group descriptors say, read and verified once when a filesystem is opened. */
final class Descriptors {

  /** Most bytes of descriptors that are read at once. */
  private static final int READ_LENGTH = 1 << 16;

  private static final int CHECKSUM = 0x1E;

  private final Superblock superblock;
  private final Geometry geometry;
  private final SystemZones zones;

  /** First block of each group's inode table. */
  private final long[] inodeTables;

  private Descriptors(Superblock superblock, Geometry geometry, SystemZones zones) {
    this.superblock = superblock;
    this.geometry = geometry;
    this.zones = zones;
    this.inodeTables = new long[geometry.groups];
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
      verifyChecksum(group, bytes, at);
      zones.add(geometry.copiesStart(group), geometry.copiesLength(group));
      takePlace(group, "block bitmap", place(bytes, at, 0x00, 0x20), 1);
      takePlace(group, "inode bitmap", place(bytes, at, 0x04, 0x24), 1);
      inodeTables[group] = place(bytes, at, 0x08, 0x28);
      takePlace(group, "inode table", inodeTables[group], geometry.inodeTableBlocks);
      group++;
    }
  }

  private long place(byte[] bytes, int at, int low, int high) {
    long block = LittleEndian.u32(bytes, at + low);
    return geometry.descriptorSize >= 64
        ? block | (LittleEndian.u32(bytes, at + high) << 32)
        : block;
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

  private void verifyChecksum(int group, byte[] bytes, int at) throws Ext4Exception {
    int computed;
    if (superblock.has(Feature.METADATA_CSUM)) {
      int state = Checksums.crc32c(superblock.checksumSeed(), group);
      state = Checksums.crc32c(state, bytes, at, CHECKSUM);
      state = Checksums.crc32c(state, new byte[2], 0, 2);
      computed = Checksums.crc32c(state, bytes, at + 0x20, geometry.descriptorSize - 0x20) & 0xFFFF;
    } else if (superblock.has(Feature.GDT_CSUM)) {
      int state = Checksums.crc16(Checksums.START, superblock.uuidBytes(), 0, 16);
      state = Checksums.crc16(state, group);
      state = Checksums.crc16(state, bytes, at, CHECKSUM);
      computed = Checksums.crc16(state, bytes, at + 0x20, geometry.descriptorSize - 0x20);
    } else {
      return;
    }
    if (computed != LittleEndian.u16(bytes, at + CHECKSUM)) {
      throw corrupt("descriptor of group %d fails its checksum: run e2fsck".formatted(group));
    }
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
}
