package nbdj.ext4;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Clusters that are claimed ahead for the holes of one file, each for its own place in the file: so
 * a file that is filled in whatever order, and while others are, still lies in one piece.
 *
 * <p>Nothing of this is on the device. Safe for use by several threads. Clusters of the file are
 * counted from its beginning.
 */
final class Windows {

  private static final int FIRST_BYTES = 1 << 20;
  private static final int MOST_BYTES = 1 << 26;

  /** Most stretches that are kept. */
  private static final int MOST = 1024;

  /** Share of the free space that one window may take. */
  private static final int SHARE = 16;

  private final Allocator allocator;
  private final int first;
  private final int most;

  /** Cluster that no claimed one may reach. */
  private final long limit;

  /** Guards the fields below; nothing is claimed with it. */
  private final ReentrantLock lock = new ReentrantLock();

  /** Claimed clusters by the clusters of the file that they are for. */
  private final NavigableMap<Long, ClusterRun> windows = new TreeMap<>();

  /** Clusters of the newest window. */
  private int size;

  /** Cluster of the file after the newest window. */
  private long end;

  /** Where on the device it ended. */
  private long goal;

  /** Whether nothing is kept any more. */
  private boolean closed;

  /**
   * Begin with nothing claimed.
   *
   * @param clusterBits logarithm of the bytes of a cluster
   * @param limit cluster that none may reach
   * @param goal where the first cluster should lie
   */
  Windows(Allocator allocator, int clusterBits, long limit, long goal) {
    this.allocator = allocator;
    this.first = Math.max(1, FIRST_BYTES >>> clusterBits);
    this.most = Math.max(1, MOST_BYTES >>> clusterBits);
    this.limit = limit;
    this.size = first;
    this.goal = goal;
  }

  /**
   * A hole of the file.
   *
   * @param start its first whole cluster
   * @param end cluster after its last whole one
   * @param before cluster of the device that would continue what is before the hole, or -1
   */
  record Hole(long start, long end, long before) {}

  /**
   * Take clusters for a place in a hole.
   *
   * @param cluster of the file
   * @param wanted how many, inside the hole
   * @return at most as many, claimed
   * @throws Ext4Exception if no cluster is free
   */
  ClusterRun take(long cluster, int wanted, Hole hole) throws IOException {
    Hole window;
    long near;
    lock.lock();
    try {
      Map.Entry<Long, ClusterRun> known = windows.floorEntry(cluster);
      if (known != null && cluster < known.getKey() + known.getValue().length()) {
        return takeFrom(known, cluster, wanted);
      }
      near = hole.before >= 0 ? hole.before : goal - (cluster - hole.start);
      window = window(cluster, wanted, hole);
    } finally {
      lock.unlock();
    }
    return claim(cluster, wanted, window, Math.max(0, near + (window.start - hole.start)));
  }

  private ClusterRun takeFrom(Map.Entry<Long, ClusterRun> window, long cluster, int wanted) {
    long start = window.getKey();
    ClusterRun run = window.getValue();
    int offset = (int) (cluster - start);
    int length = Math.min(wanted, run.length() - offset);
    windows.remove(start);
    if (offset > 0) {
      windows.put(start, run.to(offset));
    }
    if (offset + length < run.length()) {
      windows.put(cluster + length, run.from(offset + length));
    }
    return run.from(offset).to(length);
  }

  /** Return the part of a hole to claim a window for, in which there is none. */
  private Hole window(long cluster, int wanted, Hole hole) {
    boolean grows = cluster == end;
    size = grows ? (int) Math.min(most, 2L * size) : first;
    int some = (int) Math.min(size, Math.max(1, allocator.available() / SHARE));
    Map.Entry<Long, ClusterRun> left = windows.lowerEntry(cluster);
    Long right = windows.higherKey(cluster);
    // It begins where it would if the file were cut into windows of its size.
    long start = grows ? cluster : Math.max(hole.start, cluster - cluster % some);
    start = left == null ? start : Math.max(start, left.getKey() + left.getValue().length());
    long stop = Math.min(hole.end, Math.max(start + some, cluster + wanted));
    return new Hole(start, right == null ? stop : Math.min(stop, right), hole.before);
  }

  private ClusterRun claim(long cluster, int wanted, Hole window, long near) throws IOException {
    Optional<ClusterRun> claimed =
        allocator.claim(near, (int) Math.min(window.end - window.start, Integer.MAX_VALUE), limit);
    if (claimed.isEmpty()) {
      throw new Ext4Exception(
          Ext4Exception.Kind.NO_SPACE,
          "no space is left in the filesystem: trim or delete what is not needed");
    }
    ClusterRun run = claimed.get();
    long from = run.length() > cluster - window.start ? window.start : cluster;
    int offset = (int) (cluster - from);
    int length = Math.min(wanted, run.length() - offset);
    keep(from, run, offset, length);
    return run.from(offset).to(length);
  }

  /** Keep what is left of a claimed run after some of it has been taken. */
  private void keep(long from, ClusterRun run, int offset, int length) {
    List<ClusterRun> rest = new ArrayList<>();
    lock.lock();
    try {
      end = from + run.length();
      goal = run.end();
      if (offset > 0) {
        keep(from, run.to(offset), rest);
      }
      if (offset + length < run.length()) {
        keep(from + offset + length, run.from(offset + length), rest);
      }
      while (windows.size() > MOST) {
        rest.add(windows.pollFirstEntry().getValue());
      }
    } finally {
      lock.unlock();
    }
    rest.forEach(allocator::release);
  }

  private void keep(long start, ClusterRun run, List<ClusterRun> rest) {
    // Another thread may have made a window for the same place.
    Map.Entry<Long, ClusterRun> left = windows.lowerEntry(start + run.length());
    boolean taken = left != null && left.getKey() + left.getValue().length() > start;
    if (closed || taken) {
      rest.add(run);
    } else {
      windows.put(start, run);
    }
  }

  /** Give back all that is claimed ahead. */
  void giveBack() {
    List<ClusterRun> all;
    lock.lock();
    try {
      all = new ArrayList<>(windows.values());
      windows.clear();
    } finally {
      lock.unlock();
    }
    all.forEach(allocator::release);
  }

  /** Give everything back and claim nothing ahead any more. */
  void close() {
    lock.lock();
    try {
      closed = true;
    } finally {
      lock.unlock();
    }
    giveBack();
  }
}
