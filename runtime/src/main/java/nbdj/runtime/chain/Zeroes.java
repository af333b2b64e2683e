package nbdj.runtime.chain;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A read-only run of zero bytes, made when first needed and shared by all emulated zeroing. */
final class Zeroes {
  /** How many bytes one piece has: enough to hide the cost of a call, little for a small heap. */
  static final int PIECE = 1 << 20;

  private volatile @Nullable ByteBuffer zeroes;

  /**
   * Get zeroes to be written.
   *
   * @param count from 1 to {@link #PIECE}
   */
  ByteBuffer take(int count) {
    ByteBuffer all = zeroes;
    if (all == null) {
      // Made twice in a race, to no harm.
      all = ByteBuffer.allocateDirect(PIECE).asReadOnlyBuffer();
      zeroes = all;
    }
    return all.slice(0, count);
  }
}
