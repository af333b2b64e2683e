package nbdj.ext4;

import java.io.IOException;
import java.util.Optional;

/**
 * The block bitmaps of groups as they are now. Safe for use by several threads, of which only one
 * that has a group's lock changes that group's.
 */
final class GroupBitmaps {

  /** Most blocks of metadata that marking one run changes: the bitmap and the descriptor. */
  static final int BLOCKS = 2;

  private static final byte[] NONE = {};

  private final Geometry geometry;
  private final SystemZones zones;
  private final MetadataStore store;
  private final DescriptorFormat format;

  GroupBitmaps(Volume volume, MetadataStore store) {
    this.geometry = volume.geometry;
    this.zones = volume.zones;
    this.store = store;
    this.format = new DescriptorFormat(volume.superblock, volume.geometry);
  }

  /**
   * Read a group's bitmap.
   *
   * @return a copy; empty if it is damaged, so that nothing may be allocated or freed in the group
   */
  Optional<byte[]> load(int group) throws IOException {
    byte[] descriptors = store.read(format.block(group), "group descriptors");
    int at = format.offset(group);
    byte[] bitmap;
    if (format.isUninitialised(descriptors, at)) {
      bitmap = new byte[geometry.blockSize];
      fill(group, descriptors, at, bitmap);
    } else {
      bitmap = store.read(format.blockBitmap(descriptors, at), "block bitmap").clone();
      if (!format.isRight(descriptors, at, bitmap)) {
        return Optional.empty();
      }
    }
    int end = geometry.clustersPerGroup;
    boolean good =
        BitRuns.countClear(bitmap, 0, end) == format.freeClusters(descriptors, at)
            && BitRuns.allSet(bitmap, geometry.clustersIn(group), end)
            && hasSystemBlocks(group, bitmap);
    return good ? Optional.of(bitmap) : Optional.empty();
  }

  /** Tell whether every block of the filesystem's own is marked as used. */
  private boolean hasSystemBlocks(int group, byte[] bitmap) {
    long start = geometry.groupStart(group);
    long end = geometry.groupEnd(group);
    boolean[] good = {true};
    zones.each(
        start,
        end,
        (from, to) -> {
          int first = (int) ((from - start) >>> geometry.clusterBits);
          int last = (int) ((to - 1 - start) >>> geometry.clusterBits);
          good[0] &= BitRuns.allSet(bitmap, first, Math.min(last + 1, geometry.clustersIn(group)));
        });
    return good[0];
  }

  /** Make the bitmap of a group that has none yet. */
  private void fill(int group, byte[] descriptors, int at, byte[] bitmap) {
    BitRuns.set(bitmap, geometry.clustersIn(group), bitmap.length * Byte.SIZE);
    mark(group, bitmap, geometry.copiesStart(group), geometry.copiesLength(group));
    mark(group, bitmap, format.blockBitmap(descriptors, at), 1);
    mark(group, bitmap, format.inodeBitmap(descriptors, at), 1);
    mark(group, bitmap, format.inodeTable(descriptors, at), geometry.inodeTableBlocks);
    if (geometry.copiesStart(group) > geometry.groupStart(group)) {
      BitRuns.set(bitmap, 0, 1);
    }
  }

  /** Mark those of some blocks that are in a group. */
  private void mark(int group, byte[] bitmap, long start, long length) {
    long groupStart = geometry.groupStart(group);
    long from = Math.max(start, groupStart);
    long to = Math.min(start + length, geometry.groupEnd(group));
    if (from < to) {
      BitRuns.set(
          bitmap,
          (int) ((from - groupStart) >>> geometry.clusterBits),
          (int) ((to - 1 - groupStart) >>> geometry.clusterBits) + 1);
    }
  }

  /** Take what marking clusters of a group changes into a change, so that it cannot fail later. */
  void touch(MetadataStore.Change change, int group) throws IOException {
    byte[] descriptors = descriptors(change, group);
    int at = format.offset(group);
    if (!format.isUninitialised(descriptors, at)) {
      bitmap(change, descriptors, at);
    }
  }

  /** Change a group's bitmap, with the group's lock. */
  interface Marking {

    /** Return by how many bits more are clear. */
    int mark(byte[] bitmap);
  }

  /**
   * Mark clusters of a group.
   *
   * @param space has the group's lock
   */
  void mark(MetadataStore.Change change, int group, GroupSpace space, Marking marking)
      throws IOException {
    byte[] descriptors = descriptors(change, group);
    int at = format.offset(group);
    // Nothing may be read with the lock.
    byte[] known = format.isUninitialised(descriptors, at) ? NONE : bitmap(change, descriptors, at);
    space.lock();
    try {
      byte[] bitmap = known;
      if (format.isUninitialised(descriptors, at)) {
        bitmap = change.create(format.blockBitmap(descriptors, at), ALLOCATION);
        fill(group, descriptors, at, bitmap);
        format.setInitialised(descriptors, at);
      } else if (known.length == 0) {
        // Somebody has just made it, so that it is here already.
        bitmap = bitmap(change, descriptors, at);
      }
      int freed = marking.mark(bitmap);
      format.setFreeClusters(descriptors, at, format.freeClusters(descriptors, at) + freed);
      format.seal(group, descriptors, at, bitmap);
    } finally {
      space.unlock();
    }
  }

  private static final MetadataStore.Change.Kind ALLOCATION = MetadataStore.Change.Kind.ALLOCATION;

  private byte[] descriptors(MetadataStore.Change change, int group) throws IOException {
    return change.edit(format.block(group), ALLOCATION, "group descriptors");
  }

  private byte[] bitmap(MetadataStore.Change change, byte[] descriptors, int at)
      throws IOException {
    return change.edit(format.blockBitmap(descriptors, at), ALLOCATION, "block bitmap");
  }
}
