package nbdj.ext4;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Finds and changes runs of bits in a bitmap: bit i is in byte {@code i / 8}, lowest first. */
final class BitRuns {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private BitRuns() {}

  /**
   * Return the first bit that is set, from one on and before another; the latter if there is none.
   */
  static int nextSet(byte[] bits, int from, int end) {
    return next(bits, from, end, 0);
  }

  /**
   * Return the first bit that is clear, from one on and before another; the latter if there is
   * none.
   */
  static int nextClear(byte[] bits, int from, int end) {
    return next(bits, from, end, -1L);
  }

  private static int next(byte[] bits, int from, int end, long inverted) {
    int at = from;
    while (at < end) {
      int start = at & -Long.SIZE;
      // A bitmap is a whole number of longs: the smallest has 1024 bytes.
      long word = (long) LONG.get(bits, start >> 3) ^ inverted;
      word &= -1L << (at - start);
      if (word != 0) {
        return Math.min(end, start + Long.numberOfTrailingZeros(word));
      }
      at = start + Long.SIZE;
    }
    return end;
  }

  /** Return how many of the bits {@code [from, end)} are clear. */
  static int countClear(byte[] bits, int from, int end) {
    int clear = 0;
    int at = nextClear(bits, from, end);
    while (at < end) {
      int stop = nextSet(bits, at, end);
      clear += stop - at;
      at = nextClear(bits, stop, end);
    }
    return clear;
  }

  /** Set bits {@code [from, end)}. */
  static void set(byte[] bits, int from, int end) {
    for (int at = from; at < end; at++) {
      if ((at & 7) == 0 && end - at >= 8) {
        bits[at >> 3] = -1;
        at += 7;
      } else {
        bits[at >> 3] |= (byte) (1 << (at & 7));
      }
    }
  }

  /** Clear bits {@code [from, end)}. */
  static void clear(byte[] bits, int from, int end) {
    for (int at = from; at < end; at++) {
      if ((at & 7) == 0 && end - at >= 8) {
        bits[at >> 3] = 0;
        at += 7;
      } else {
        bits[at >> 3] &= (byte) ~(1 << (at & 7));
      }
    }
  }

  /** Tell whether bits {@code [from, end)} are all set. */
  static boolean allSet(byte[] bits, int from, int end) {
    return nextClear(bits, from, end) == end;
  }

  /** Tell whether bits {@code [from, end)} are all clear. */
  static boolean allClear(byte[] bits, int from, int end) {
    return nextSet(bits, from, end) == end;
  }
}
