package nbdj.ext4;

import java.io.Closeable;
import java.io.IOException;

/**
 * What changes where one file lies, made when that is first needed. Safe for use by several
 * threads.
 */
final class FileWriter implements Closeable {

  private final Space space;
  private final Windows windows;
  final FileBlocks blocks;
  final FileFiller filler;
  final FilePuncher puncher;

  /**
   * Begin with a file as it is.
   *
   * @param inode as it was read
   * @throws Ext4Exception if the file's space cannot be changed
   */
  FileWriter(Space space, Inode inode, FileInode live, FileContent content) throws IOException {
    space.checkChangeable();
    this.space = space;
    Volume volume = space.volume;
    Geometry geometry = volume.geometry;
    boolean extents = inode.has(Inode.FLAG_EXTENTS);
    if (!extents && geometry.clusterBits > 0) {
      throw Ext4Exception.notSupported(
          "inode %d has a map of blocks in a filesystem of clusters (bigalloc)"
              .formatted(inode.number));
    }
    FileCount count = new FileCount(geometry, space.quotas, live, space.quotas.find(inode));
    FileNodes nodes = new FileNodes(geometry, space.allocator, count, count.blocks());
    MapEditor editor =
        extents
            ? new ExtentEditor(volume, inode, live, nodes, space.store.atomic())
            : new IndirectEditor(volume, inode, live, nodes);
    // Where the kernel would begin: in the group of the inode.
    long goal = (inode.number - 1) / geometry.inodesPerGroup * geometry.clustersPerGroup;
    BlockMap map = content.map();
    this.blocks =
        new FileBlocks(geometry, space.store, space.allocator, map, editor, nodes, count, goal);
    this.windows =
        new Windows(
            space.allocator,
            geometry.blockBits + geometry.clusterBits,
            blocks.clusterLimit(),
            goal);
    space.add(this);
    FileZeroer zeroer = new FileZeroer(volume.device, geometry.blockBits, blocks, extents);
    this.filler =
        new FileFiller(
            volume.device,
            geometry.blockBits,
            blocks,
            zeroer,
            () -> new SegmentPlan(geometry, space.allocator, map, blocks, windows, content.size()));
    this.puncher = new FilePuncher(zeroer, geometry, map, blocks, content.size());
  }

  /** Give back what is claimed ahead. */
  void giveBack() {
    windows.giveBack();
    blocks.giveBack();
  }

  /** Give back what is claimed ahead, and claim nothing ahead any more. */
  @Override
  public void close() {
    space.remove(this);
    windows.close();
    blocks.giveBack();
  }
}
