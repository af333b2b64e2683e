package nbdj.ext4;

import java.io.IOException;
import java.util.List;

/**
 * Counts the clusters of one file: in its inode, and for its owners. Used with the file's map
 * locked.
 */
final class FileCount {

  private final Geometry geometry;
  private final Quotas quotas;
  private final FileInode inode;
  private final List<QuotaFile.Place> places;

  /**
   * Begin with a file as it is counted.
   *
   * @param places where its owners are
   */
  FileCount(Geometry geometry, Quotas quotas, FileInode inode, List<QuotaFile.Place> places) {
    this.geometry = geometry;
    this.quotas = quotas;
    this.inode = inode;
    this.places = places;
  }

  /** Return the most blocks that counting changes beside the inode's. */
  int blocks() {
    return places.size();
  }

  /** Take what counting changes into a change, so that it cannot fail later. */
  void touch(MetadataStore.Change change) throws IOException {
    inode.touch(change);
    quotas.touch(change, places);
  }

  /** Check that so many more can be counted. */
  void checkRoom(long clusters) throws Ext4Exception {
    inode.checkRoom(clusters << geometry.clusterBits);
  }

  /** Count clusters that the file has more, or fewer if negative. */
  void add(MetadataStore.Change change, long clusters) throws IOException {
    long blocks = clusters << geometry.clusterBits;
    inode.count(change, blocks, System.currentTimeMillis());
    quotas.count(change, places, blocks << geometry.blockBits);
  }
}
