package nbdj.file;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what was read and written out of the page cache.
 *
 * <p>Only clean pages can leave it. So the medium is given some writes to work on, and the oldest
 * of them is waited for when another comes.
 */
final class CacheEviction {
  /** The number of writes that are on their way. */
  private static final int WINDOW = 8;

  private final OpenFile file;

  /** Guards {@link #underway}; nothing is waited for while it is held. */
  private final ReentrantLock lock = new ReentrantLock();

  private final ArrayDeque<Range> underway = new ArrayDeque<>();

  private record Range(long offset, long count) {}

  CacheEviction(OpenFile file) {
    this.file = file;
  }

  /** Evict what was read. */
  void afterRead(long offset, long count) throws IOException {
    file.control().evict(offset, count);
  }

  /** Begin to write back what was written, and evict an earlier write. */
  void afterWrite(long offset, long count) throws IOException {
    file.control().startWriteback(offset, count);
    Range oldest;
    lock.lock();
    try {
      underway.add(new Range(offset, count));
      oldest = underway.size() > WINDOW ? underway.poll() : null;
    } finally {
      lock.unlock();
    }
    evict(oldest);
  }

  /** Evict all that was written. */
  void finish() throws IOException {
    for (Range range = poll(); range != null; range = poll()) {
      evict(range);
    }
  }

  private @Nullable Range poll() {
    lock.lock();
    try {
      return underway.poll();
    } finally {
      lock.unlock();
    }
  }

  private void evict(@Nullable Range range) throws IOException {
    if (range != null) {
      file.control().finishWriteback(range.offset, range.count);
      file.control().evict(range.offset, range.count);
    }
  }
}
