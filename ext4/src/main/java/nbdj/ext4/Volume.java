package nbdj.ext4;

import static nbdj.ext4.Ext4Exception.corrupt;

import java.io.IOException;
import java.util.Optional;
import java.util.function.LongFunction;

/** The parts of an open filesystem that everything below {@link Ext4FileSystem} works with. */
final class Volume {

  final BlockDevice device;
  final Superblock superblock;
  final Geometry geometry;
  final MetadataReader reader;
  final SystemZones zones;
  final InodeTable inodes;

  /** Whether metadata blocks carry checksums. */
  final boolean checksums;

  final Descriptors descriptors;

  private Volume(BlockDevice device, Superblock superblock, Geometry geometry) throws IOException {
    this.device = device;
    this.superblock = superblock;
    this.geometry = geometry;
    this.checksums = superblock.has(Feature.METADATA_CSUM);
    this.reader = new MetadataReader(device, geometry);
    this.zones = new SystemZones();
    this.descriptors = Descriptors.read(superblock, geometry, reader, zones);
    zones.seal();
    this.inodes = new InodeTable(superblock, geometry, descriptors, reader);
  }

  /** Take the parts of another volume, whose metadata is read in another way. */
  private Volume(Volume other, MetadataReader reader) {
    this.device = other.device;
    this.superblock = other.superblock;
    this.geometry = other.geometry;
    this.checksums = other.checksums;
    this.reader = reader;
    this.zones = other.zones;
    this.descriptors = other.descriptors;
    this.inodes = new InodeTable(superblock, geometry, descriptors, reader);
  }

  /**
   * Read and check all that is needed before the first file can be found.
   *
   * @throws Ext4Exception if the image is damaged or not supported
   */
  static Volume open(BlockDevice device, Superblock superblock) throws IOException {
    return new Volume(device, superblock, Geometry.of(superblock, device.size()));
  }

  /** Return this volume with its metadata read through a store. */
  Volume over(TransactionStore store) {
    return over(store::newer);
  }

  /**
   * Return this volume with other content of metadata preferred to the device's.
   *
   * @param newer returns the content of a block if its place on the device may not have it
   */
  Volume over(LongFunction<Optional<byte[]>> newer) {
    return new Volume(this, reader.over(newer));
  }

  /**
   * Check that blocks of a file, data or map, lie where they may.
   *
   * @param inode the file, for the message
   * @throws Ext4Exception if they leave the filesystem or hit its metadata
   */
  void checkFileBlocks(long inode, long start, long length) throws Ext4Exception {
    if (start < geometry.firstDataBlock || start > geometry.blocks - length) {
      throw corrupt(
          "map of inode %d leads to block %d, outside the filesystem: run e2fsck"
              .formatted(inode, start));
    }
    if (zones.intersects(start, length)) {
      throw corrupt(
          "map of inode %d leads to block %d, into filesystem metadata: run e2fsck"
              .formatted(inode, start));
    }
  }
}
