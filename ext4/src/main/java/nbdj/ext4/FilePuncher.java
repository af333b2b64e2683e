package nbdj.ext4;

import java.io.IOException;

/**
 * Gives up the space of ranges of a file. Safe for use by several threads, each of which has the
 * stripes of its range exclusively.
 */
final class FilePuncher {

  private final BlockDevice device;
  private final Geometry geometry;
  private final BlockMap map;
  private final FileBlocks blocks;
  private final long fileSize;

  FilePuncher(
      BlockDevice device, Geometry geometry, BlockMap map, FileBlocks blocks, long fileSize) {
    this.device = device;
    this.geometry = geometry;
    this.map = map;
    this.blocks = blocks;
    this.fileSize = fileSize;
  }

  /**
   * Give up all whole clusters of a range.
   *
   * @param zeroEdges whether the rest of the range must read as zeroes
   */
  void punch(long offset, long end, boolean zeroEdges) throws IOException {
    int bits = geometry.blockBits + geometry.clusterBits;
    long mask = (1L << bits) - 1;
    long from = (offset + mask) & ~mask;
    long to = end == fileSize && isLast(end) ? (end + mask) & ~mask : end & ~mask;
    if (zeroEdges) {
      zero(offset, Math.min(from, end));
      zero(Math.max(to, Math.min(from, end)), end);
    }
    if (from < to) {
      remove(from >>> geometry.blockBits, to >>> geometry.blockBits);
    }
  }

  /** Tell whether nothing of the file's last cluster lies behind its end. */
  private boolean isLast(long end) throws IOException {
    long after = (end + geometry.blockSize - 1) >>> geometry.blockBits;
    long mask = (1L << geometry.clusterBits) - 1;
    return blocks.mappedCluster(after, (after + mask) & ~mask) < 0;
  }

  private void zero(long from, long end) throws IOException {
    if (from < end) {
      RunWalk.walk(map, geometry.blockBits, from, end, new ContentZeroer(device, false));
    }
  }

  private void remove(long from, long end) throws IOException {
    FileNodes.Reserve reserve = new FileNodes.Reserve();
    try {
      long at = mapped(from, end);
      while (at < end) {
        at = mapped(blocks.remove(reserve, at, end), end);
      }
    } finally {
      blocks.giveBack(reserve);
    }
  }

  /** Return the first block of a stretch that is mapped; its end if there is none. */
  private long mapped(long from, long end) throws IOException {
    long at = from;
    while (at < end) {
      MapLeaf leaf = map.leafAt(at);
      for (int i = Math.max(0, leaf.indexOf(at)); i < leaf.count(); i++) {
        long first = Math.max(at, leaf.first(i));
        if (first < leaf.end(i)) {
          return Math.min(first, end);
        }
      }
      at = leaf.end;
    }
    return end;
  }
}
