package nbdj.runtime.chain;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A direct buffer of one handle, for reads whose bytes go on to a heap buffer or nowhere.
 *
 * <p>One is kept; a second reader at the same time gets one of its own.
 */
final class Scratch {
  /** The most that is read at once through a scratch buffer. */
  static final int LARGEST = 256 << 10;

  private static final int SMALLEST = 4 << 10;

  private final AtomicReference<@Nullable ByteBuffer> kept = new AtomicReference<>();

  /**
   * Take a buffer.
   *
   * @param count how many bytes are to go through it
   * @return a buffer of that capacity at least, or of {@link #LARGEST}
   */
  ByteBuffer take(long count) {
    int wanted = (int) Math.max(SMALLEST, Math.min(count, LARGEST));
    ByteBuffer buffer = kept.getAndSet(null);
    if (buffer == null || buffer.capacity() < wanted) {
      buffer = ByteBuffer.allocateDirect(wanted);
    }
    return buffer;
  }

  /** Give a buffer back that nobody looks at any more. */
  void give(ByteBuffer buffer) {
    kept.set(buffer);
  }
}
