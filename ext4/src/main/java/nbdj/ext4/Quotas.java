package nbdj.ext4;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keeps the count of the space that the owners of files use. Limits are not enforced, as they are
 * not for a system's administrator. Safe for use by several threads.
 */
final class Quotas {

  private final Volume volume;

  /** Guards the counts in blocks that are open for change; nothing is read with it. */
  private final ReentrantLock lock = new ReentrantLock();

  Quotas(Volume volume) {
    this.volume = volume;
  }

  /** Return the most blocks that counting one change changes. */
  int blocks() {
    return volume.superblock.has(Feature.QUOTA) ? QuotaFile.Type.values().length : 0;
  }

  /**
   * Find where the owners of a file are counted.
   *
   * @throws Ext4Exception if one of them is not
   */
  List<QuotaFile.Place> find(Inode inode) throws IOException {
    List<QuotaFile.Place> places = new ArrayList<>();
    for (QuotaFile.Type type : QuotaFile.Type.values()) {
      long number =
          switch (type) {
            case USER -> volume.superblock.userQuotaInode();
            case GROUP -> volume.superblock.groupQuotaInode();
            case PROJECT -> volume.superblock.projectQuotaInode();
          };
      if (number != 0) {
        places.add(new QuotaFile(volume, type, number).find(type.owner(inode)));
      }
    }
    return List.copyOf(places);
  }

  /** Take counts into a change, so that counting cannot fail later. */
  void touch(MetadataStore.Change change, List<QuotaFile.Place> places) throws IOException {
    for (QuotaFile.Place place : places) {
      edit(change, place);
    }
  }

  /**
   * Count bytes that a file has more, or fewer if negative.
   *
   * @param places as they were found for the file
   */
  void count(MetadataStore.Change change, List<QuotaFile.Place> places, long bytes)
      throws IOException {
    for (QuotaFile.Place place : places) {
      byte[] block = edit(change, place);
      assert LockRank.QUOTA.taken();
      lock.lock();
      try {
        long before = LittleEndian.i64(block, place.offset());
        LittleEndian.set64(block, place.offset(), Math.max(0, before + bytes));
      } finally {
        lock.unlock();
        assert LockRank.QUOTA.given();
      }
    }
  }

  private static byte[] edit(MetadataStore.Change change, QuotaFile.Place place)
      throws IOException {
    return change.edit(place.block(), MetadataStore.Change.Kind.ALLOCATION, "quota block");
  }
}
