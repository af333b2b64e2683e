package nbdj.memory;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import org.jspecify.annotations.Nullable;

/**
 * Pages of memory outside the heap, taken one by one and given back.
 *
 * <p>A page is named by a number greater than 0; its bytes are those of {@link #memory} from {@link
 * #start} on. Memory is had from the system in slabs. A slab of which every page was given back is
 * freed, but for one that is kept for the next need. Pages come from the lowest slab that has one,
 * so that the others run empty.
 */
final class PagePool implements AutoCloseable {
  /** The size of a page in bytes. */
  static final int PAGE = 32 << 10;

  /** The bytes that are left to the rest of the machine. */
  static final long RESERVE = 64 << 20;

  private static final Slab[] CLOSED = {};

  private final LongSupplier available;

  /** Guards all below. Neither allocates nor frees memory while it is held. */
  private final ReentrantLock lock = new ReentrantLock();

  /** The slabs by number; number 0 is not used. Read without the lock. */
  private volatile @Nullable Slab[] slabs = new Slab[16];

  /** The numbers of the slabs with a page to take. */
  private final BitSet withRoom = new BitSet();

  /** The numbers of the slabs. */
  private final BitSet present = new BitSet();

  /** The number of slabs with no page taken. */
  private int empty;

  /**
   * Make a pool without memory.
   *
   * @param available tells how many bytes the system can still give
   */
  PagePool(LongSupplier available) {
    this.available = available;
    present.set(0);
  }

  /** Get the memory that holds a taken page. */
  MemorySegment memory(int page) {
    Slab slab = slabs[page / Slab.PAGES];
    if (slab == null) {
      throw new IllegalStateException("page %d is not taken".formatted(page));
    }
    return slab.memory;
  }

  /** Get where in {@link #memory} a page begins. */
  static long start(int page) {
    return (long) (page % Slab.PAGES) * PAGE;
  }

  /**
   * Take a page that is all zero.
   *
   * @throws NbdException with {@link NbdError#ENOSPC} if there is no more memory
   */
  int take() throws NbdException {
    int page = 0;
    boolean zero = true;
    while (page == 0) {
      lock.lock();
      try {
        int number = withRoom.nextSetBit(0);
        if (number > 0) {
          Slab slab = slab(number);
          zero = slab.nextIsZero();
          empty -= slab.isEmpty() ? 1 : 0;
          page = number * Slab.PAGES + slab.take();
          withRoom.set(number, !slab.isFull());
        }
      } finally {
        lock.unlock();
      }
      if (page == 0) {
        grow();
      }
    }
    if (!zero) {
      memory(page).asSlice(start(page), PAGE).fill((byte) 0);
    }
    return page;
  }

  /** Keep a taken page from being used for anything else, though it may be given back. */
  void pin(int page) {
    slab(page / Slab.PAGES).pin(page % Slab.PAGES);
  }

  /** Tell whether somebody keeps a taken page. */
  boolean isPinned(int page) {
    return slab(page / Slab.PAGES).isPinned(page % Slab.PAGES);
  }

  /** End what {@link #pin} began, for pages that follow each other in a slab. */
  void unpin(int first, int count) {
    Slab slab = slab(first / Slab.PAGES);
    for (int page = first; page < first + count; page++) {
      if (slab.unpin(page % Slab.PAGES)) {
        List<Slab> unused = new ArrayList<>();
        lock.lock();
        try {
          free(page, unused);
        } finally {
          lock.unlock();
        }
        unused.forEach(Slab::close);
      }
    }
  }

  /**
   * Give pages back.
   *
   * @param pages the pages, which nobody can find any more; one that is pinned is left alone until
   *     it is not
   * @param count how many of the array
   */
  void give(int[] pages, int count) {
    List<Slab> unused = new ArrayList<>();
    lock.lock();
    try {
      for (int i = 0; i < count; i++) {
        if (slab(pages[i] / Slab.PAGES).isFree(pages[i] % Slab.PAGES)) {
          free(pages[i], unused);
        }
      }
    } finally {
      lock.unlock();
    }
    unused.forEach(Slab::close);
  }

  /** Make a page free, with the lock held, and get the slab that is of no use any more then. */
  private void free(int page, List<Slab> unused) {
    int number = page / Slab.PAGES;
    Slab slab = slab(number);
    slab.give(page % Slab.PAGES);
    withRoom.set(number);
    if (slab.isEmpty() && ++empty > 1) {
      empty--;
      slabs[number] = null;
      present.clear(number);
      withRoom.clear(number);
      unused.add(slab);
    }
  }

  /** Get the bytes had from the system. */
  long allocated() {
    lock.lock();
    try {
      return (present.cardinality() - 1L) * Slab.PAGES * PAGE;
    } finally {
      lock.unlock();
    }
  }

  /** Free all memory. No page may be used afterwards. */
  @Override
  public void close() {
    List<Slab> all = new ArrayList<>();
    lock.lock();
    try {
      for (Slab slab : slabs) {
        if (slab != null) {
          all.add(slab);
        }
      }
      slabs = CLOSED;
      present.clear();
      withRoom.clear();
    } finally {
      lock.unlock();
    }
    all.forEach(Slab::close);
  }

  /** Add a slab. Two threads may do so at once; then there is one more than was needed. */
  private void grow() throws NbdException {
    long left = available.getAsLong();
    if (left < RESERVE + (long) Slab.PAGES * PAGE) {
      throw full("%d MiB of memory are left".formatted(left >> 20), null);
    }
    Slab slab;
    try {
      slab = new Slab();
    } catch (OutOfMemoryError e) {
      throw full("the system gives no more memory", e);
    }
    lock.lock();
    try {
      int number = present.nextClearBit(1);
      if (number == slabs.length) {
        slabs = Arrays.copyOf(slabs, 2 * number);
      }
      slabs[number] = slab;
      present.set(number);
      withRoom.set(number);
      empty++;
    } finally {
      lock.unlock();
    }
  }

  private Slab slab(int number) {
    Slab slab = slabs[number];
    if (slab == null) {
      throw new IllegalStateException("slab %d is not there".formatted(number));
    }
    return slab;
  }

  private static NbdException full(String reason, @Nullable Throwable cause) {
    NbdException failure =
        new NbdException(
            NbdError.ENOSPC, "no room to write: %s (trim what is not needed)".formatted(reason));
    if (cause != null) {
      failure.initCause(cause);
    }
    return failure;
  }
}
