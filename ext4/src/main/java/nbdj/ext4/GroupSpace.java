package nbdj.ext4;

import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Which clusters of one group may be claimed: those that its bitmap has as free, but for what is
 * claimed and not marked yet, and what was given up and not durably so.
 *
 * <p>Safe for use by several threads. All but {@link #lock} and {@link #free} are used with the
 * lock.
 */
final class GroupSpace {

  private static final byte[] NOT_LOADED = {};

  private final ReentrantLock lock = new ReentrantLock();

  /** Clusters of the group. */
  private final int clusters;

  /** Clusters that may not be claimed as set bits, as long as they are in memory. */
  private byte[] busy = NOT_LOADED;

  /** Clusters that are busy here though the bitmap may have them as free. */
  private int held;

  /** Whether the group's bitmap is good, as far as is known. */
  private boolean usable = true;

  /** Most clusters that a run which can be claimed may have. */
  private int longest;

  /** Number of clusters that may be claimed. */
  private final AtomicInteger free;

  /** Rises whenever the bitmap is taken into memory or forgotten. */
  private int version;

  /**
   * Begin with a group whose bitmap is not in memory.
   *
   * @param free clusters that its descriptor has as free
   */
  GroupSpace(int clusters, int free) {
    this.clusters = clusters;
    this.free = new AtomicInteger(free);
    this.longest = clusters;
  }

  void lock() {
    assert LockRank.GROUP.taken();
    lock.lock();
  }

  void unlock() {
    lock.unlock();
    assert LockRank.GROUP.given();
  }

  int free() {
    return free.get();
  }

  int version() {
    return version;
  }

  boolean isLoaded() {
    return busy.length > 0;
  }

  /** Take the bitmap as it is into memory. */
  void load(byte[] bitmap) {
    busy = bitmap;
    free.set(BitRuns.countClear(bitmap, 0, clusters));
    version++;
  }

  /** Tell whether clusters can be claimed and given up here, now that the bitmap is in memory. */
  boolean isUsable() {
    return usable;
  }

  /** Have nothing claimed or given up here ever. */
  void close() {
    usable = false;
    busy = new byte[(clusters + Long.SIZE) / Long.SIZE * Long.BYTES];
    BitRuns.set(busy, 0, clusters);
    free.set(0);
    // Never to be loaded again.
    held++;
    version++;
  }

  /** Forget the bitmap, unless it says what the one on the device does not; tell whether. */
  boolean unload() {
    if (held > 0) {
      return false;
    }
    busy = NOT_LOADED;
    version++;
    return true;
  }

  /**
   * Claim clusters at a place.
   *
   * @param least fewest that are of use
   * @param most that are wanted
   * @return how many have been claimed, perhaps 0
   */
  int claimAt(int from, int least, int most) {
    int end = Math.min(clusters, from + most);
    int length = BitRuns.nextSet(busy, from, end) - from;
    if (length < least) {
      return 0;
    }
    take(from, length);
    return length;
  }

  /**
   * Find a run that can be claimed.
   *
   * @param from where to begin looking, before going on from the group's beginning
   * @param least fewest clusters that are of use
   */
  OptionalInt find(int from, int least) {
    if (least > longest) {
      return OptionalInt.empty();
    }
    OptionalInt behind = find(from, clusters, least);
    if (behind.isPresent()) {
      return behind;
    }
    int[] seen = {0};
    OptionalInt any = find(0, clusters, least, seen);
    if (any.isEmpty()) {
      longest = seen[0];
    }
    return any;
  }

  private OptionalInt find(int from, int end, int least) {
    return find(from, end, least, new int[1]);
  }

  /** Find a run, and note the longest that was passed. */
  private OptionalInt find(int from, int end, int least, int[] seen) {
    int at = BitRuns.nextClear(busy, from, end);
    while (at < end) {
      int stop = BitRuns.nextSet(busy, at, end);
      seen[0] = Math.max(seen[0], stop - at);
      if (stop - at >= least) {
        return OptionalInt.of(at);
      }
      at = BitRuns.nextClear(busy, stop, end);
    }
    return OptionalInt.empty();
  }

  private void take(int from, int length) {
    BitRuns.set(busy, from, from + length);
    free.addAndGet(-length);
    held += length;
  }

  /** Let clusters that were claimed or given up be claimed again. */
  void release(int from, int length) {
    BitRuns.clear(busy, from, from + length);
    free.addAndGet(length);
    held -= length;
    longest = clusters;
  }

  /** Note that clusters which were claimed are now marked in the group's bitmap. */
  void marked(int length) {
    held -= length;
  }

  /** Note that clusters have been given up, and must stay as they are until that is durable. */
  void hold(int length) {
    held += length;
  }
}
