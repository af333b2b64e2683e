package nbdj.ext4;

import static nbdj.ext4.Ext4Exception.notSupported;

import java.util.Arrays;

/**
 * The blocks that no file's data may be in: copies of the superblock, descriptors, bitmaps, inode
 * tables, the journal and its like. A mapping that leads there is damage or an attack.
 *
 * <p>Filled by one thread, then {@link #seal sealed} and read by any.
 */
final class SystemZones {

  /** Most ranges that are kept, 16 bytes each, after neighbours have been joined. */
  private static final int MAX_ZONES = 1 << 20;

  private long[] starts = new long[64];
  private long[] ends = new long[64];
  private int count;

  /** Whether the ranges are ascending and apart, as lookups need them. */
  private boolean sealed;

  /**
   * Add blocks {@code [start, start + length)}; the caller has checked that neither is negative.
   */
  void add(long start, long length) throws Ext4Exception {
    if (length == 0) {
      return;
    }
    sealed = false;
    if (count > 0 && start == ends[count - 1]) {
      ends[count - 1] = start + length;
      return;
    }
    if (count == starts.length) {
      seal();
      sealed = false;
      if (count > starts.length / 2) {
        grow();
      }
    }
    starts[count] = start;
    ends[count] = start + length;
    count++;
  }

  /** Add all blocks of other zones. */
  void addAll(SystemZones others) throws Ext4Exception {
    for (int i = 0; i < others.count; i++) {
      add(others.starts[i], others.ends[i] - others.starts[i]);
    }
  }

  private void grow() throws Ext4Exception {
    if (count >= MAX_ZONES) {
      throw notSupported(
          "filesystem metadata is spread over more than %d places".formatted(MAX_ZONES));
    }
    starts = Arrays.copyOf(starts, 2 * starts.length);
    ends = Arrays.copyOf(ends, 2 * ends.length);
  }

  /** Make the ranges ready for lookups. */
  void seal() {
    if (sealed) {
      return;
    }
    sort();
    int last = 0;
    for (int i = 1; i < count; i++) {
      if (starts[i] <= ends[last]) {
        ends[last] = Math.max(ends[last], ends[i]);
      } else {
        last++;
        starts[last] = starts[i];
        ends[last] = ends[i];
      }
    }
    count = Math.min(count, last + 1);
    sealed = true;
  }

  /** Tell whether any of the blocks {@code [start, start + length)} is taken. */
  boolean intersects(long start, long length) {
    int first = firstAfter(start);
    return first < count && starts[first] < start + length;
  }

  /** Return the index of the first range that ends behind a block. */
  private int firstAfter(long start) {
    int low = 0;
    int high = count;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ends[middle] <= start) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Is told ranges of blocks. */
  interface RangeVisitor {
    void range(long start, long end);
  }

  /** Tell which parts of the blocks {@code [start, end)} are taken. */
  void each(long start, long end, RangeVisitor visitor) {
    for (int i = firstAfter(start); i < count && starts[i] < end; i++) {
      visitor.range(Math.max(start, starts[i]), Math.min(end, ends[i]));
    }
  }

  /**
   * Sort both arrays by start: a heap sort, since an image must not be able to choose the worst
   * case.
   */
  private void sort() {
    for (int i = count / 2 - 1; i >= 0; i--) {
      sink(i, count);
    }
    for (int end = count - 1; end > 0; end--) {
      swap(0, end);
      sink(0, end);
    }
  }

  private void sink(int from, int end) {
    int parent = from;
    while (2 * parent + 1 < end) {
      int child = 2 * parent + 1;
      if (child + 1 < end && starts[child + 1] > starts[child]) {
        child++;
      }
      if (starts[parent] >= starts[child]) {
        return;
      }
      swap(parent, child);
      parent = child;
    }
  }

  private void swap(int a, int b) {
    long start = starts[a];
    starts[a] = starts[b];
    starts[b] = start;
    long end = ends[a];
    ends[a] = ends[b];
    ends[b] = end;
  }
}
