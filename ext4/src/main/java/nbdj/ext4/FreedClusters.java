package nbdj.ext4;

import java.util.ArrayList;
import java.util.List;

/** Gathers blocks that a map no longer leads to, in the order of the file, as whole clusters. */
final class FreedClusters implements FreedBlocks {

  private final Geometry geometry;

  /** First and last cluster of each piece. */
  private final List<long[]> pieces = new ArrayList<>();

  FreedClusters(Geometry geometry) {
    this.geometry = geometry;
  }

  @Override
  public void freed(long physical, long length) {
    long first = geometry.clusterOf(physical);
    long last = geometry.clusterOf(physical + length - 1);
    long[] before = pieces.isEmpty() ? new long[] {-2, -2} : pieces.getLast();
    // Two pieces may be of one cluster, and be told apart as one is written and one is not.
    if (first == before[1] || first == before[1] + 1) {
      before[1] = Math.max(before[1], last);
    } else {
      pieces.add(new long[] {first, last});
    }
  }

  /**
   * Return the clusters in runs that are each in one group.
   *
   * @param kept a cluster that is not free, since more of it is mapped; -1 if there is none
   */
  List<ClusterRun> runs(long kept) {
    List<ClusterRun> runs = new ArrayList<>();
    for (long[] piece : pieces) {
      long end = piece[1] == kept ? piece[1] : piece[1] + 1;
      long at = piece[0];
      while (at < end) {
        long groupEnd = (at / geometry.clustersPerGroup + 1) * geometry.clustersPerGroup;
        int length = (int) (Math.min(end, groupEnd) - at);
        runs.add(new ClusterRun(at, length));
        at += length;
      }
    }
    return runs;
  }
}
