package nbdj.ext4;

import java.util.Arrays;

/**
 * Where the blocks of one stretch of a file lie: a stretch that one node of its map on the device
 * describes. What no extent covers is a hole.
 *
 * <p>Blocks are numbered from the beginning of the file ("logical") or of the filesystem
 * ("physical"). Immutable once built.
 */
final class MapLeaf {

  /** Bit of {@link #physical} that marks an extent whose blocks were never written. */
  private static final long UNWRITTEN = 1L << 62;

  /** First logical block of the stretch. */
  final long start;

  /** Logical block after the stretch: at most 2^32. */
  final long end;

  /** Number of extents. */
  private int count;

  /** First logical block of each extent, ascending, as unsigned numbers. */
  private int[] first;

  /** Blocks of each extent: 1 to 2^31 - 1. */
  private int[] length;

  /** First physical block of each extent, with {@link #UNWRITTEN}. */
  private long[] physical;

  /** Begin a stretch that is one hole. */
  MapLeaf(long start, long end, int expected) {
    this.start = start;
    this.end = end;
    this.first = new int[expected];
    this.length = new int[expected];
    this.physical = new long[expected];
  }

  /**
   * Add an extent behind all others while the leaf is being built; the caller has checked that it
   * lies there. It is joined to its neighbour where it continues it.
   */
  void add(long logical, long start, int blocks, boolean written) {
    long place = written ? start : start | UNWRITTEN;
    int last = count - 1;
    if (last >= 0
        && end(last) == logical
        && physical[last] + length[last] == place
        && (long) length[last] + blocks <= Integer.MAX_VALUE) {
      length[last] += blocks;
      return;
    }
    if (count == first.length) {
      resize(Math.max(4, 2 * count));
    }
    first[count] = (int) logical;
    length[count] = blocks;
    physical[count] = place;
    count++;
  }

  /**
   * Return this stretch with some of its blocks mapped anew.
   *
   * @param from first of them
   * @param to block after the last
   * @param physical where they lie together, or -1 if they become a hole
   */
  MapLeaf with(long from, long to, long physical, boolean written) {
    MapLeaf changed = new MapLeaf(start, end, count + 2);
    int index = 0;
    while (index < count && first(index) < from) {
      int blocks = (int) (Math.min(end(index), from) - first(index));
      changed.add(first(index), physical(index), blocks, written(index));
      index++;
    }
    if (physical >= 0) {
      changed.add(from, physical, (int) (to - from), written);
    }
    // The last of those before may reach over all that is new.
    for (index = Math.max(0, index - 1); index < count; index++) {
      long first = Math.max(to, first(index));
      if (first < end(index)) {
        long place = physical(index) + first - first(index);
        changed.add(first, place, (int) (end(index) - first), written(index));
      }
    }
    return changed.trim();
  }

  /** Return this stretch with some of its blocks, all of which are mapped, marked. */
  MapLeaf marked(long from, long to, boolean written) {
    MapLeaf changed = this;
    for (int i = Math.max(0, indexOf(from)); i < count && first(i) < to; i++) {
      long first = Math.max(from, first(i));
      long last = Math.min(to, end(i));
      if (first < last && written(i) != written) {
        changed = changed.with(first, last, physical(i) + first - first(i), written);
      }
    }
    return changed;
  }

  /** Give back what room was not needed. */
  MapLeaf trim() {
    if (count < first.length) {
      resize(count);
    }
    return this;
  }

  private void resize(int room) {
    first = Arrays.copyOf(first, room);
    length = Arrays.copyOf(length, room);
    physical = Arrays.copyOf(physical, room);
  }

  int count() {
    return count;
  }

  /** Return the index of the last extent that begins at or before a logical block, or -1. */
  int indexOf(long block) {
    int low = 0;
    int high = count - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (first(middle) <= block) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return high;
  }

  /** Return the first logical block of an extent. */
  long first(int index) {
    return first[index] & 0xFFFF_FFFFL;
  }

  /** Return the logical block after an extent. */
  long end(int index) {
    return first(index) + length[index];
  }

  /** Return the first physical block of an extent. */
  long physical(int index) {
    return physical[index] & ~UNWRITTEN;
  }

  boolean written(int index) {
    return (physical[index] & UNWRITTEN) == 0;
  }
}
