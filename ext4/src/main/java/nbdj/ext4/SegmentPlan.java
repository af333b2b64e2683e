package nbdj.ext4;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds the segments of a range of a file, claiming space for those that have none. Used by one
 * thread, which has the stripes of the range exclusively.
 */
final class SegmentPlan {

  /** Most blocks of a segment that is mapped, or marked, at once. */
  private static final int MOST = 32_767;

  private final Geometry geometry;
  private final Allocator allocator;
  private final BlockMap map;
  private final FileBlocks blocks;
  private final Windows windows;

  /** Cluster of the file after its last. */
  private final long fileEnd;

  private final List<FileSegment> segments = new ArrayList<>();

  SegmentPlan(
      Geometry geometry,
      Allocator allocator,
      BlockMap map,
      FileBlocks blocks,
      Windows windows,
      long fileSize) {
    this.geometry = geometry;
    this.allocator = allocator;
    this.map = map;
    this.blocks = blocks;
    this.windows = windows;
    int bits = geometry.blockBits + geometry.clusterBits;
    this.fileEnd = (fileSize + (1L << bits) - 1) >>> bits;
  }

  /** Return what has been found so far, in the order of the file. */
  List<FileSegment> segments() {
    return segments;
  }

  /** Return how many clusters are claimed. */
  long claimed() {
    return segments.stream()
        .mapToLong(segment -> segment.claimed().map(ClusterRun::length).orElse(0))
        .sum();
  }

  /** Give back what has been claimed for segments from one on. */
  void release(int from) {
    for (FileSegment segment : segments.subList(from, segments.size())) {
      segment.claimed().ifPresent(allocator::release);
    }
  }

  /**
   * Find the segments of blocks {@code [from, end)}.
   *
   * @throws Ext4Exception if there is no space for all of them; none is claimed then
   */
  void run(long from, long end) throws IOException {
    boolean done = false;
    try {
      long at = from;
      while (at < end) {
        at = next(at, end);
      }
      done = true;
    } finally {
      if (!done) {
        release(0);
        segments.clear();
      }
    }
  }

  private long next(long at, long end) throws IOException {
    MapLeaf leaf = map.leafAt(at);
    int index = leaf.indexOf(at);
    if (index >= 0 && at < leaf.end(index)) {
      long stop = Math.min(Math.min(end, leaf.end(index)), at + MOST);
      long physical = leaf.physical(index) + at - leaf.first(index);
      FileSegment.Kind kind =
          leaf.written(index) ? FileSegment.Kind.WRITTEN : FileSegment.Kind.UNWRITTEN;
      segments.add(new FileSegment(at, physical, (int) (stop - at), kind, Optional.empty()));
      return stop;
    }
    long holeStart = index >= 0 ? leaf.end(index) : leaf.start;
    long holeEnd = index + 1 < leaf.count() ? leaf.first(index + 1) : leaf.end;
    long before =
        index >= 0
            ? geometry.clusterOf(leaf.physical(index) + holeStart - leaf.first(index) - 1) + 1
            : -1;
    long stop = Math.min(end, holeEnd);
    Windows.Hole hole =
        new Windows.Hole(
            roundUp(holeStart), Math.min(fileEnd, holeEnd >>> geometry.clusterBits), before);
    for (long place = at; place < stop; ) {
      place = allocate(place, stop, hole);
    }
    return stop;
  }

  /** Return the first whole cluster from a block on. */
  private long roundUp(long block) {
    return (block + (1L << geometry.clusterBits) - 1) >>> geometry.clusterBits;
  }

  /** Find blocks for the beginning of a stretch without any, and return where it goes on. */
  private long allocate(long at, long stop, Windows.Hole hole) throws IOException {
    int bits = geometry.clusterBits;
    long cluster = at >>> bits;
    long start = cluster << bits;
    long end = start + (1L << bits);
    if (at > start || stop < end) {
      // Of the rest of the cluster some may be mapped, and then all of it lies there.
      long upTo = Math.min(stop, end);
      if (at > start && !segments.isEmpty() && segments.getLast().end() == at) {
        FileSegment before = segments.getLast();
        add(at, before.physical() + before.length(), upTo - at, Optional.empty());
        return upTo;
      }
      long mapped = blocks.mappedCluster(start, end);
      if (mapped >= 0) {
        add(at, geometry.clusterStart(mapped) + at - start, upTo - at, Optional.empty());
      } else {
        ClusterRun run =
            windows.take(cluster, 1, new Windows.Hole(cluster, cluster + 1, hole.before()));
        add(at, geometry.clusterStart(run.start()) + at - start, upTo - at, Optional.of(run));
      }
      return upTo;
    }
    int wanted = (int) Math.min((stop >>> bits) - cluster, Integer.MAX_VALUE >>> bits);
    ClusterRun run = windows.take(cluster, wanted, hole);
    long length = (long) run.length() << bits;
    add(at, geometry.clusterStart(run.start()), length, Optional.of(run));
    return at + length;
  }

  /** Add blocks in as many segments as they must be mapped in. */
  private void add(long logical, long physical, long length, Optional<ClusterRun> claimed)
      throws IOException {
    Optional<ClusterRun> left = claimed;
    long done = 0;
    while (done < length) {
      int some = blocks.reach(logical + done, (int) Math.min(length - done, MOST));
      Optional<ClusterRun> mine = left;
      if (left.isPresent()) {
        long end = geometry.clusterOf(physical + done + some - 1) + 1;
        int clusters = (int) Math.max(0, end - left.get().start());
        mine = clusters > 0 ? Optional.of(left.get().to(clusters)) : Optional.empty();
        left =
            clusters < left.get().length()
                ? Optional.of(left.get().from(clusters))
                : Optional.empty();
      }
      segments.add(
          new FileSegment(logical + done, physical + done, some, FileSegment.Kind.NEW, mine));
      done += some;
    }
  }
}
