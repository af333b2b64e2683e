package nbdj.memory;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.StampedLock;
import nbdj.api.ReadSink;

/**
 * Lends pages of a store to answers, and pins them until those are sent.
 *
 * <p>For any thread.
 */
final class Lender {
  private final SparseStore store;
  private final PageTree tree;
  private final PagePool pool;

  Lender(SparseStore store, PageTree tree, PagePool pool) {
    this.store = store;
    this.tree = tree;
    this.pool = pool;
  }

  /**
   * Answer a read with the pages themselves, in as few pieces as there are runs of them in memory.
   */
  void answer(long offset, long count, ReadSink sink) throws IOException {
    long end = offset + count;
    for (long at = offset; at < end; ) {
      long data = store.nextData(at, end);
      if (data > at) {
        sink.zeroes(data - at);
        at = data;
        continue;
      }
      int first = pin(at, 0);
      if (first == 0) {
        // Trimmed between.
        continue;
      }
      long stop = SparseStore.startOf(SparseStore.block(at) + 1, end);
      int pages = 1;
      while (stop < end && (first + pages) % Slab.PAGES != 0 && pin(stop, first + pages) != 0) {
        pages++;
        stop = SparseStore.startOf(SparseStore.block(stop) + 1, end);
      }
      MemorySegment run = pool.memory(first).asSlice(SparseStore.position(first, at), stop - at);
      int pinned = pages;
      sink.bytes(run.asByteBuffer().asReadOnlyBuffer(), () -> pool.unpin(first, pinned));
      at = stop;
    }
  }

  /**
   * Pin the page of a block.
   *
   * @param wanted the page that it must be, 0 for any
   * @return the page, 0 if it is another or none
   */
  private int pin(long offset, int wanted) {
    StampedLock lock = store.lockOf(SparseStore.block(offset));
    long stamp = lock.readLock();
    try {
      int page = tree.find(SparseStore.block(offset));
      if (page == 0 || (wanted != 0 && page != wanted)) {
        return 0;
      }
      pool.pin(page);
      return page;
    } finally {
      lock.unlockRead(stamp);
    }
  }
}
