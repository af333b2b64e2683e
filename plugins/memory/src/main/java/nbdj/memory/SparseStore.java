package nbdj.memory;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.StampedLock;
import java.util.function.LongSupplier;
import nbdj.api.ExtentSink;
import nbdj.api.ExtentType;
import nbdj.api.ReadSink;
import nbdj.api.WriteSource;

/**
 * A disk that has memory only where something was written.
 *
 * <p>A block of {@link PagePool#PAGE} bytes gets a page when it is first written and loses it when
 * it is zeroed or trimmed. Each leaf of the tree, 256 MiB of the disk, has one of a few locks. It
 * is held in shared mode to find a page and to use it, and to add one; exclusively to take a page
 * out of the tree. So a page is given back to the pool only when nobody looks at it, and no read
 * can see what it holds next; a page that was lent to an answer is pinned in the pool, which keeps
 * it until that is sent. All locks together, exclusively, let nodes be taken out. No lock is held
 * while memory is allocated or a sink is called, and none while another is acquired but for that.
 */
final class SparseStore implements Store {
  private static final int PAGE = PagePool.PAGE;
  private static final int PAGE_BITS = Integer.numberOfTrailingZeros(PAGE);

  /** The most pages taken out of the tree while a lock is held. */
  private static final int BATCH = 256;

  /** From this many bytes on, the pages themselves are lent to an answer. */
  private static final int LEND = (32 << 10) + 1;

  /** The most blocks with a page that one call of {@link #extents} looks at. */
  private static final int EXTENT_BLOCKS = 8192;

  private static final MemorySegment ZEROES = MemorySegment.ofArray(new long[PAGE / Long.BYTES]);

  /** The size of the disk in bytes. */
  private final long size;

  private final PagePool pool;
  private final PageTree tree;
  private final Lender lender;
  private final StampedLock[] locks = new StampedLock[64];

  /**
   * Make a disk of zeroes.
   *
   * @param size its size in bytes
   * @param available tells how many bytes the system can still give
   */
  SparseStore(long size, LongSupplier available) {
    this.size = size;
    pool = new PagePool(available);
    tree = new PageTree(pool, Math.max(1, blocksOf(size)));
    for (int i = 0; i < locks.length; i++) {
      locks[i] = new StampedLock();
    }
    lender = new Lender(this, tree, pool);
  }

  @Override
  public long preferredBlock() {
    return PAGE;
  }

  /** Get the bytes of memory had from the system. */
  long allocated() {
    return pool.allocated();
  }

  @Override
  public void read(ByteBuffer buffer, long offset) {
    MemorySegment target = MemorySegment.ofBuffer(buffer);
    for (long done = 0, count = target.byteSize(); done < count; ) {
      long length = Math.min(count - done, PAGE - within(offset + done));
      readBlock(offset + done, target, done, length);
      done += length;
    }
    buffer.position(buffer.limit());
  }

  @Override
  public void read(long offset, long count, ReadSink sink) throws IOException {
    if (count < LEND) {
      copy(offset, count, sink);
    } else {
      lender.answer(offset, count, sink);
    }
  }

  private void copy(long offset, long count, ReadSink sink) throws IOException {
    long end = offset + count;
    for (long at = offset; at < end; ) {
      long data = nextData(at, end);
      if (data > at) {
        sink.zeroes(data - at);
        at = data;
      } else {
        long stop = dataEnd(at, end);
        read(sink.buffer((int) (stop - at)), at);
        at = stop;
      }
    }
  }

  @Override
  public void write(ByteBuffer buffer, long offset) throws IOException {
    MemorySegment source = MemorySegment.ofBuffer(buffer);
    for (long done = 0, count = source.byteSize(); done < count; ) {
      long length = Math.min(count - done, PAGE - within(offset + done));
      writeBlock(offset + done, source, done, length);
      done += length;
    }
  }

  @Override
  public void write(long offset, long count, WriteSource source) throws IOException {
    lender.fill(offset, count, source);
  }

  @Override
  public void zero(long offset, long count, boolean mayFree) {
    long end = offset + count;
    for (long at = nextData(offset, end); at < end; at = nextData(at, end)) {
      long stop = at + Math.min(end - at, PAGE - within(at));
      boolean whole = within(at) == 0 && (within(stop) == 0 || stop == size);
      if (whole && mayFree) {
        long last = end == size ? blocksOf(end) : end >>> PAGE_BITS;
        freeBlocks(block(at), last);
        stop = startOf(last, end);
      } else {
        zeroPart(at, stop, mayFree);
      }
      at = stop;
    }
  }

  @Override
  public void extents(long offset, long count, boolean first, ExtentSink sink) throws IOException {
    long end = offset + count;
    long begin = offset;
    ExtentType type = typeAt(offset);
    long at = offset;
    for (int looked = 0; looked < EXTENT_BLOCKS; looked++) {
      at = type == ExtentType.HOLE_ZERO ? nextData(at, end) : startOf(block(at) + 1, end);
      if (at == end) {
        break;
      }
      ExtentType next = typeAt(at);
      if (next != type) {
        if (first) {
          break;
        }
        sink.add(begin, at - begin, type);
        begin = at;
        type = next;
      }
    }
    sink.add(begin, at - begin, type);
  }

  @Override
  public void close() {
    pool.close();
  }

  /** Copy bytes of one block. */
  private void readBlock(long offset, MemorySegment target, long to, long length) {
    StampedLock lock = lockOf(block(offset));
    long stamp = lock.readLock();
    try {
      int page = tree.find(block(offset));
      if (page == 0) {
        target.asSlice(to, length).fill((byte) 0);
      } else {
        MemorySegment.copy(pool.memory(page), position(page, offset), target, to, length);
      }
    } finally {
      lock.unlockRead(stamp);
    }
  }

  /** Write bytes of one block. A page or node that is missing is fetched with no lock held. */
  private void writeBlock(long offset, MemorySegment source, long from, long length)
      throws IOException {
    StampedLock lock = lockOf(block(offset));
    int spare = 0;
    try {
      while (true) {
        long stamp = lock.readLock();
        try {
          int page = tree.find(block(offset));
          while (page == 0 && spare != 0) {
            spare = tree.link(block(offset), spare) ? 0 : spare;
            page = tree.find(block(offset));
          }
          if (page != 0) {
            MemorySegment.copy(source, from, pool.memory(page), position(page, offset), length);
            return;
          }
        } finally {
          lock.unlockRead(stamp);
        }
        spare = pool.take();
      }
    } finally {
      if (spare != 0) {
        pool.give(new int[] {spare}, 1);
      }
    }
  }

  /** Give each block of a range a page that has none. */
  void allocate(long offset, long end) throws IOException {
    for (long at = offset; at < end; at = startOf(block(at) + 1, end)) {
      writeBlock(at, ZEROES, 0, 0);
    }
  }

  /** Zero bytes of one block, and give up its page if that leaves nothing but zeroes. */
  private void zeroPart(long from, long to, boolean mayFree) {
    long block = block(from);
    StampedLock lock = lockOf(block);
    long stamp = lock.readLock();
    boolean free;
    try {
      int page = tree.find(block);
      if (page == 0) {
        return;
      }
      pool.memory(page).asSlice(position(page, from), to - from).fill((byte) 0);
      free = mayFree && isZero(page);
    } finally {
      lock.unlockRead(stamp);
    }
    if (free) {
      freeIfZero(block);
    }
  }

  private void freeIfZero(long block) {
    StampedLock lock = lockOf(block);
    long stamp = lock.writeLock();
    int page;
    boolean emptied;
    try {
      page = tree.find(block);
      // Another write may have come between, or be receiving its bytes, for the page is pinned.
      if (page == 0 || pool.isPinned(page) || !isZero(page)) {
        return;
      }
      tree.unlink(block);
      emptied = tree.isLeafEmpty(block);
    } finally {
      lock.unlockWrite(stamp);
    }
    pool.give(new int[] {page}, 1);
    if (emptied) {
      prune(block);
    }
  }

  /** Give up the pages of whole blocks. */
  private void freeBlocks(long first, long end) {
    int[] pages = new int[(int) Math.min(end - first, BATCH)];
    for (long block = nextBlock(first, end); block < end; block = nextBlock(block, end)) {
      long leafEnd = ((block >>> PageTree.BITS) + 1) << PageTree.BITS;
      long stop = Math.min(Math.min(end, leafEnd), block + pages.length);
      int count = 0;
      StampedLock lock = lockOf(block);
      long stamp = lock.writeLock();
      boolean emptied;
      try {
        for (long at = block; at < stop; at++) {
          int page = tree.unlink(at);
          if (page != 0) {
            pages[count++] = page;
          }
        }
        emptied = tree.isLeafEmpty(block);
      } finally {
        lock.unlockWrite(stamp);
      }
      pool.give(pages, count);
      if (emptied) {
        prune(block);
      }
      block = stop;
    }
  }

  /** Give up the nodes that lead to a block alone. */
  private void prune(long block) {
    int[] nodes = new int[8];
    long[] stamps = new long[locks.length];
    int count;
    for (int i = 0; i < locks.length; i++) {
      stamps[i] = locks[i].writeLock();
    }
    try {
      count = tree.prune(block, nodes);
    } finally {
      for (int i = locks.length - 1; i >= 0; i--) {
        locks[i].unlockWrite(stamps[i]);
      }
    }
    pool.give(nodes, count);
  }

  private ExtentType typeAt(long offset) {
    StampedLock lock = lockOf(block(offset));
    long stamp = lock.readLock();
    try {
      int page = tree.find(block(offset));
      if (page == 0) {
        return ExtentType.HOLE_ZERO;
      }
      return isZero(page) ? ExtentType.ZERO : ExtentType.DATA;
    } finally {
      lock.unlockRead(stamp);
    }
  }

  /** Get the first byte from an offset on that is in a block with a page, at most the end. */
  long nextData(long offset, long end) {
    if (offset == end) {
      return end;
    }
    long block = nextBlock(block(offset), blocksOf(end));
    return block == block(offset) ? offset : startOf(block, end);
  }

  /** Get where the blocks with a page that begin at an offset end, at most the end. */
  private long dataEnd(long offset, long end) {
    long blocks = blocksOf(end);
    long block = block(offset) + 1;
    while (block < blocks && nextBlock(block, block + 1) == block) {
      block++;
    }
    return startOf(block, end);
  }

  private long nextBlock(long from, long end) {
    if (from >= end) {
      return end;
    }
    // Any of the locks keeps the nodes in the tree, so one is enough for a walk over many leaves.
    StampedLock lock = lockOf(from);
    long stamp = lock.readLock();
    try {
      return tree.next(from, end);
    } finally {
      lock.unlockRead(stamp);
    }
  }

  private boolean isZero(int page) {
    long start = PagePool.start(page);
    return MemorySegment.mismatch(pool.memory(page), start, start + PAGE, ZEROES, 0, PAGE) < 0;
  }

  /** Get the lock of the leaf that a block is in. */
  StampedLock lockOf(long block) {
    return locks[(int) ((block >>> PageTree.BITS) % locks.length)];
  }

  static long position(int page, long offset) {
    return PagePool.start(page) + within(offset);
  }

  private static long within(long offset) {
    return offset & (PAGE - 1);
  }

  static long block(long offset) {
    return offset >>> PAGE_BITS;
  }

  /** Get the number of blocks up to an end, the last of which may be a part. */
  private static long blocksOf(long end) {
    return end == 0 ? 0 : ((end - 1) >>> PAGE_BITS) + 1;
  }

  /** Get where a block begins, at most the end; the block after the last of 2^63 has no offset. */
  static long startOf(long block, long end) {
    return block >= blocksOf(end) ? end : block << PAGE_BITS;
  }
}
