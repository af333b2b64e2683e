package nbdj.memory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.StampedLock;
import nbdj.api.ReadSink;
import nbdj.api.WriteSource;

/**
 * Lends pages of a store to answers and to the sources of writes, and pins them meanwhile.
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
      int pages = pinRun(first, at, end);
      ByteBuffer run = bytes(first, pages, at, end);
      at += run.remaining();
      sink.bytes(run.asReadOnlyBuffer(), () -> pool.unpin(first, pages));
    }
  }

  /**
   * Have a source fill the pages themselves. A page that is trimmed meanwhile takes what comes, and
   * is of no use to anybody.
   */
  void fill(long offset, long count, WriteSource source) throws IOException {
    long end = offset + count;
    store.allocate(offset, end);
    for (long at = offset; at < end; ) {
      int first = pin(at, 0);
      if (first == 0) {
        // Trimmed between.
        store.allocate(at, end);
        continue;
      }
      int pages = pinRun(first, at, end);
      try {
        ByteBuffer run = bytes(first, pages, at, end);
        at += run.remaining();
        source.bytes(run);
      } finally {
        pool.unpin(first, pages);
      }
    }
  }

  /** Get the bytes of pinned pages that follow each other, from an offset on. */
  private ByteBuffer bytes(int first, int pages, long offset, long end) {
    long stop = SparseStore.startOf(SparseStore.block(offset) + pages, end);
    long start = SparseStore.position(first, offset);
    return pool.memory(first).asSlice(start, stop - offset).asByteBuffer();
  }

  /** Pin the pages of the blocks that follow, as far as they follow the first one in memory. */
  private int pinRun(int first, long offset, long end) {
    int pages = 1;
    long at = SparseStore.startOf(SparseStore.block(offset) + 1, end);
    while (at < end && (first + pages) % Slab.PAGES != 0 && pin(at, first + pages) != 0) {
      pages++;
      at = SparseStore.startOf(SparseStore.block(at) + 1, end);
    }
    return pages;
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
