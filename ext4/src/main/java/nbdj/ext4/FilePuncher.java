package nbdj.ext4;

import java.io.IOException;

/**
 * Gives up the space of ranges of a file. Safe for use by several threads, each of which has the
 * stripes of its range exclusively.
 */
final class FilePuncher {

  private final FileZeroer zeroer;
  private final Geometry geometry;
  private final BlockMap map;
  private final FileBlocks blocks;
  private final long fileSize;

  FilePuncher(
      FileZeroer zeroer, Geometry geometry, BlockMap map, FileBlocks blocks, long fileSize) {
    this.zeroer = zeroer;
    this.geometry = geometry;
    this.map = map;
    this.blocks = blocks;
    this.fileSize = fileSize;
  }

  /**
   * Give up all whole clusters of a range.
   *
   * @param zeroEdges whether the rest of the range must read as zeroes
   * @param inPlace the most bytes of that that are zeroed where they are
   */
  void punch(long offset, long end, boolean zeroEdges, long inPlace) throws IOException {
    int bits = geometry.blockBits + geometry.clusterBits;
    long mask = (1L << bits) - 1;
    long from = (offset + mask) & ~mask;
    long to = end == fileSize && isLast(end) ? (end + mask) & ~mask : end & ~mask;
    FileNodes.Reserve reserve = blocks.reserve();
    try {
      if (zeroEdges) {
        long head = Math.min(from, end);
        zero(reserve, offset, head, inPlace);
        zero(reserve, Math.max(to, head), end, inPlace);
      }
      if (from < to) {
        remove(reserve, from >>> geometry.blockBits, to >>> geometry.blockBits);
      }
    } finally {
      blocks.keep(reserve);
    }
  }

  /** Tell whether nothing of the file's last cluster lies behind its end. */
  private boolean isLast(long end) throws IOException {
    long after = (end + geometry.blockSize - 1) >>> geometry.blockBits;
    long mask = (1L << geometry.clusterBits) - 1;
    return blocks.mappedCluster(after, (after + mask) & ~mask) < 0;
  }

  /** Zero what holds data in the rest of a cluster, which may be large. */
  private void zero(FileNodes.Reserve reserve, long from, long end, long inPlace)
      throws IOException {
    int bits = geometry.blockBits;
    long at = from;
    while (at < end) {
      MapLeaf leaf = map.leafAt(at >>> bits);
      for (int i = Math.max(0, leaf.indexOf(at >>> bits)); i < leaf.count(); i++) {
        long first = Math.max(at, leaf.first(i) << bits);
        long last = Math.min(end, leaf.end(i) << bits);
        if (first < last && leaf.written(i)) {
          zeroer.zero(reserve, first, last, (leaf.physical(i) - leaf.first(i)) << bits, inPlace);
        }
      }
      at = leaf.end << bits;
    }
  }

  private void remove(FileNodes.Reserve reserve, long from, long end) throws IOException {
    long at = mapped(from, end);
    while (at < end) {
      at = mapped(blocks.remove(reserve, at, end), end);
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
