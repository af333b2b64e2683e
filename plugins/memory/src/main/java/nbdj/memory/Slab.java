package nbdj.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * A piece of memory outside the heap that is cut into pages, and which of them are taken.
 *
 * <p>The memory and the pins may be used by any thread; all else is guarded by the lock of the
 * pool.
 */
final class Slab {
  /** The number of pages. */
  static final int PAGES = 256;

  private static final int GIVEN = 1 << 30;

  private final Arena arena = Arena.ofShared();

  /** The pages, all zero at first. */
  final MemorySegment memory;

  /** A bit for each page that was taken and given back; what it holds is unspecified. */
  private final long[] returned = new long[PAGES / Long.SIZE];

  /** For each page how many answers hold it, and {@link #GIVEN} if it was given back meanwhile. */
  private final AtomicIntegerArray pins = new AtomicIntegerArray(PAGES);

  /** Every page from this number on was never taken, and is zero. */
  private int fresh;

  /** The number of pages that are taken. */
  private int taken;

  Slab() {
    // An explicit arena's memory does not count towards -XX:MaxDirectMemorySize.
    MemorySegment allocated = null;
    try {
      allocated = arena.allocate((long) PAGES * PagePool.PAGE, 4096);
    } finally {
      if (allocated == null) {
        arena.close();
      }
    }
    memory = allocated;
  }

  /** Keep a page from being used again, though it may be given back. */
  void pin(int page) {
    pins.incrementAndGet(page);
  }

  boolean isPinned(int page) {
    return pins.get(page) > 0;
  }

  /**
   * End what {@link #pin} began.
   *
   * @return whether the page was given back since and was waiting for this
   */
  boolean unpin(int page) {
    return pins.decrementAndGet(page) == GIVEN && pins.compareAndSet(page, GIVEN, 0);
  }

  /** Tell whether a page that nobody can find any more is free; if not, an {@link #unpin} tells. */
  boolean isFree(int page) {
    return pins.get(page) == 0
        || (pins.addAndGet(page, GIVEN) == GIVEN && pins.compareAndSet(page, GIVEN, 0));
  }

  boolean isFull() {
    return taken == PAGES;
  }

  boolean isEmpty() {
    return taken == 0;
  }

  /** Tell whether the page that {@link #take} would return is known to be zero. */
  boolean nextIsZero() {
    return firstReturned() < 0;
  }

  /** Take a page. The slab is not full. */
  int take() {
    taken++;
    int page = firstReturned();
    if (page < 0) {
      return fresh++;
    }
    returned[page / Long.SIZE] &= ~(1L << page);
    return page;
  }

  /** Take a page back. */
  void give(int page) {
    taken--;
    returned[page / Long.SIZE] |= 1L << page;
  }

  /** Free the memory. */
  void close() {
    arena.close();
  }

  private int firstReturned() {
    for (int word = 0; word < returned.length; word++) {
      if (returned[word] != 0) {
        return word * Long.SIZE + Long.numberOfTrailingZeros(returned[word]);
      }
    }
    return -1;
  }
}
