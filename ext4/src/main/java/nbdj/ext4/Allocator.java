package nbdj.ext4;

import static nbdj.ext4.Ext4Exception.corrupt;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Finds free clusters, marks them as used and as free.
 *
 * <p>A cluster is claimed in memory first, so that nobody else gets it, and marked as used in the
 * change that leads to it. One that is given up cannot be claimed before that is durable.
 *
 * <p>Safe for use by several threads. Clusters are counted from the first data block.
 */
final class Allocator {

  /** How far a run may stay behind what is wanted if it begins where it is wanted. */
  private static final int GOOD_ENOUGH = 16;

  /** Most clusters that are held back. */
  private static final int HELD_BACK = 64;

  /** Groups that are searched for a run of the wanted length before a shorter one will do. */
  private static final int TRIES = 8;

  /** Most bytes of bitmaps that are kept in memory, but for those that are needed. */
  private static final long MEMORY = 1 << 24;

  private final Volume volume;
  private final Geometry geometry;
  private final MetadataStore store;
  private final GroupBitmaps bitmaps;
  private final Discarder discarder;

  /** Readers for whom blocks that are free already must stay what they are. */
  final Loans loans = new Loans();

  /** What is known of each group. */
  private final AtomicReferenceArray<GroupSpace> groups;

  /** Free clusters of each group when the filesystem was opened. */
  private final int[] freeAtOpen;

  /** Groups whose bitmaps are in memory, in the order in which they may be forgotten. */
  private final ConcurrentLinkedQueue<GroupSpace> loaded = new ConcurrentLinkedQueue<>();

  private final AtomicLong loadedBytes = new AtomicLong();

  /** Clusters that are marked as free. */
  private final AtomicLong free = new AtomicLong();

  /** Clusters that can be claimed, as far as is known. */
  private final AtomicLong claimable = new AtomicLong();

  /** Clusters that no data gets, so that a map can always be changed to give something up. */
  private final long heldBack;

  /** Clusters that have been given up, but not durably. */
  private final AtomicLong pending = new AtomicLong();

  /** The first failure to mark as free what had been given up. */
  private volatile Optional<IOException> failure = Optional.empty();

  /** Is told what is of no use any more. */
  interface Discarder {
    void discard(long block, long length);
  }

  /**
   * Begin with nothing claimed.
   *
   * @param volume whose metadata is read through the store
   * @param discarder told of blocks that are durably free, before they can be claimed
   */
  Allocator(Volume volume, MetadataStore store, Discarder discarder) {
    this.volume = volume;
    this.geometry = volume.geometry;
    this.store = store;
    this.discarder = discarder;
    this.bitmaps = new GroupBitmaps(volume, store);
    this.groups = new AtomicReferenceArray<>(geometry.groups);
    this.freeAtOpen = volume.descriptors.freeClusters();
    for (int clusters : freeAtOpen) {
      free.addAndGet(clusters);
    }
    claimable.set(free.get());
    heldBack = Math.min(HELD_BACK, free.get() / 16);
  }

  /** Return how many blocks are marked as free. */
  long freeBlocks() {
    return free.get() << geometry.clusterBits;
  }

  /** Return how many clusters can be claimed for data, about. */
  long available() {
    return Math.max(0, claimable.get() - heldBack);
  }

  /** Tell whether a flush would make clusters free that have been given up. */
  boolean hasPending() {
    return pending.get() > 0;
  }

  /**
   * Return what has kept blocks that were given up from being marked as free, if anything has:
   * nothing leads to them, and e2fsck finds them.
   */
  Optional<IOException> failure() {
    return failure;
  }

  /**
   * Claim free clusters for data, near a goal and as many in one run as can be.
   *
   * @param goal the best cluster to begin with
   * @param most how many are wanted, from 1
   * @param limit cluster that none may reach
   * @return at most as many as wanted; empty if no cluster is free
   */
  Optional<ClusterRun> claim(long goal, int most, long limit) throws IOException {
    int some = (int) Math.min(most, available());
    return some == 0 ? Optional.empty() : claimAny(goal, some, limit);
  }

  /** Claim free clusters as {@link #claim} does, be they the last ones. */
  Optional<ClusterRun> claimAny(long goal, int most, long limit) throws IOException {
    long start = goal < Math.min(limit, geometry.clusterOf(geometry.blocks)) ? goal : 0;
    int home = (int) (start / geometry.clustersPerGroup);
    int bit = (int) (start % geometry.clustersPerGroup);
    int wanted = Math.min(most, geometry.clustersPerGroup);
    Optional<ClusterRun> there = claimAt(home, bit, Math.min(wanted, GOOD_ENOUGH), wanted, limit);
    int[] fallbacks = {wanted, Math.max(1, wanted / 4), 1};
    for (int i = 0; i < fallbacks.length && there.isEmpty(); i++) {
      int tries = i < fallbacks.length - 1 ? TRIES : Integer.MAX_VALUE;
      there = search(home, bit, fallbacks[i], wanted, limit, tries);
    }
    return there;
  }

  private Optional<ClusterRun> search(int home, int bit, int least, int most, long limit, int tries)
      throws IOException {
    int left = tries;
    for (int i = 0; i < geometry.groups && left > 0; i++) {
      int group = (home + i) % geometry.groups;
      if (freeIn(group) >= least && firstOf(group) + least <= limit) {
        left--;
        Optional<ClusterRun> found = searchIn(group, i == 0 ? bit : 0, least, most, limit);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  private Optional<ClusterRun> searchIn(int group, int from, int least, int most, long limit)
      throws IOException {
    GroupSpace space = lockLoaded(group);
    try {
      OptionalInt found = space.find(from, least);
      if (found.isEmpty()) {
        return Optional.empty();
      }
      return claimLocked(space, group, found.getAsInt(), least, most, limit);
    } finally {
      space.unlock();
    }
  }

  private Optional<ClusterRun> claimAt(int group, int bit, int least, int most, long limit)
      throws IOException {
    if (freeIn(group) < least) {
      return Optional.empty();
    }
    GroupSpace space = lockLoaded(group);
    try {
      return claimLocked(space, group, bit, least, most, limit);
    } finally {
      space.unlock();
    }
  }

  private Optional<ClusterRun> claimLocked(
      GroupSpace space, int group, int bit, int least, int most, long limit) {
    long start = firstOf(group) + bit;
    int length = space.claimAt(bit, least, (int) Math.min(most, Math.max(0, limit - start)));
    claimable.addAndGet(-length);
    return length == 0 ? Optional.empty() : Optional.of(new ClusterRun(start, length));
  }

  /** Give back what was claimed and not marked. */
  void release(ClusterRun run) {
    GroupSpace space = space(groupOf(run));
    space.lock();
    try {
      space.release(bitOf(run), run.length());
    } finally {
      space.unlock();
    }
    claimable.addAndGet(run.length());
  }

  /** Take into a change what marking a claimed run changes, so that it cannot fail later. */
  void touch(MetadataStore.Change change, ClusterRun run) throws IOException {
    bitmaps.touch(change, groupOf(run));
  }

  /**
   * Take into a change what giving up clusters of a group changes, so that it cannot fail later.
   */
  void touchFree(MetadataStore.Change change, int group) throws IOException {
    lockLoaded(group).unlock();
    if (store.atomic()) {
      bitmaps.touch(change, group);
    }
  }

  /** Mark a claimed run as used. */
  void use(MetadataStore.Change change, ClusterRun run) throws IOException {
    GroupSpace space = space(groupOf(run));
    int bit = bitOf(run);
    bitmaps.mark(
        change,
        groupOf(run),
        space,
        bitmap -> {
          if (!BitRuns.allClear(bitmap, bit, bit + run.length())) {
            throw new IllegalStateException("%s is used already".formatted(run));
          }
          BitRuns.set(bitmap, bit, bit + run.length());
          space.marked(run.length());
          return -run.length();
        });
    free.addAndGet(-run.length());
  }

  /**
   * Mark clusters as free from a change on, or once it is durable if it may reach the device in
   * parts. They can be claimed after that.
   *
   * @param run in one group
   */
  void free(MetadataStore.Change change, ClusterRun run) throws IOException {
    if (volume.zones.intersects(
        geometry.clusterStart(run.start()), (long) run.length() << geometry.clusterBits)) {
      throw corrupt(
          "file has block %d, which is filesystem metadata: run e2fsck"
              .formatted(geometry.clusterStart(run.start())));
    }
    GroupSpace space = lockLoaded(groupOf(run));
    boolean usable = space.isUsable();
    if (usable) {
      space.hold(run.length());
    }
    space.unlock();
    if (!usable) {
      // A bitmap that is damaged already is left to e2fsck, to which it is one more wrong bit.
      return;
    }
    pending.addAndGet(run.length());
    if (store.atomic()) {
      markFree(change, space, run);
      change.afterDurable(() -> freed(space, run));
    } else {
      change.afterDurable(() -> freeLater(space, run));
    }
  }

  private void freeLater(GroupSpace space, ClusterRun run) {
    try (MetadataStore.Change change = store.begin(GroupBitmaps.BLOCKS)) {
      markFree(change, space, run);
    } catch (IOException e) {
      if (failure.isEmpty()) {
        failure = Optional.of(e);
      }
      return;
    }
    freed(space, run);
  }

  private void markFree(MetadataStore.Change change, GroupSpace space, ClusterRun run)
      throws IOException {
    int bit = bitOf(run);
    bitmaps.mark(
        change,
        groupOf(run),
        space,
        bitmap -> {
          // In a damaged filesystem some may be marked as free already.
          int marked = run.length() - BitRuns.countClear(bitmap, bit, bit + run.length());
          BitRuns.clear(bitmap, bit, bit + run.length());
          free.addAndGet(marked);
          return marked;
        });
  }

  private void freed(GroupSpace space, ClusterRun run) {
    discarder.discard(
        geometry.clusterStart(run.start()), (long) run.length() << geometry.clusterBits);
    loans.whenEnded(() -> release(space, run));
  }

  private void release(GroupSpace space, ClusterRun run) {
    space.lock();
    try {
      space.release(bitOf(run), run.length());
    } finally {
      space.unlock();
    }
    claimable.addAndGet(run.length());
    pending.addAndGet(-run.length());
  }

  /** Return a group with its lock taken and its bitmap in memory. */
  private GroupSpace lockLoaded(int group) throws IOException {
    GroupSpace space = space(group);
    space.lock();
    while (!space.isLoaded()) {
      int version = space.version();
      space.unlock();
      // Nothing may be read with the lock.
      Optional<byte[]> bitmap = bitmaps.load(group);
      space.lock();
      if (space.version() == version) {
        install(space, bitmap);
      }
    }
    return space;
  }

  private void install(GroupSpace space, Optional<byte[]> bitmap) {
    claimable.addAndGet(-space.free());
    if (bitmap.isEmpty()) {
      space.close();
      return;
    }
    space.load(bitmap.get());
    claimable.addAndGet(space.free());
    loaded.add(space);
    loadedBytes.addAndGet(bitmap.get().length);
  }

  /** Forget bitmaps that need not be in memory, if there are too many; called without locks. */
  void trim() {
    int tries = TRIES;
    while (loadedBytes.get() > MEMORY && tries-- > 0) {
      GroupSpace space = loaded.poll();
      if (space == null) {
        return;
      }
      space.lock();
      try {
        if (space.unload()) {
          loadedBytes.addAndGet(-geometry.blockSize);
        } else {
          loaded.add(space);
        }
      } finally {
        space.unlock();
      }
    }
  }

  private int freeIn(int group) {
    GroupSpace space = groups.get(group);
    return space == null ? freeAtOpen[group] : space.free();
  }

  private GroupSpace space(int group) {
    GroupSpace known = groups.get(group);
    if (known != null) {
      return known;
    }
    GroupSpace fresh = new GroupSpace(geometry.clustersIn(group), freeAtOpen[group]);
    return groups.compareAndSet(group, null, fresh) ? fresh : groups.get(group);
  }

  private long firstOf(int group) {
    return (long) group * geometry.clustersPerGroup;
  }

  private int groupOf(ClusterRun run) {
    return (int) (run.start() / geometry.clustersPerGroup);
  }

  private int bitOf(ClusterRun run) {
    return (int) (run.start() % geometry.clustersPerGroup);
  }
}
