package nbdj.ext4;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Runs of bits, against the bit set of the JDK. */
final class BitRunsTests {

  private static final long SEED = 7;
  private static final int BITS = 1024;

  @Test
  void randomRuns_areThoseOfABitSet() {
    Random random = new Random(SEED);
    byte[] bits = new byte[BITS / 8];
    BitSet model = new BitSet(BITS);
    for (int i = 0; i < 20_000; i++) {
      int from = random.nextInt(BITS);
      int end = from + random.nextInt(Math.min(BITS - from, 1 << random.nextInt(8)) + 1);
      if (random.nextBoolean()) {
        BitRuns.set(bits, from, end);
        model.set(from, end);
      } else {
        BitRuns.clear(bits, from, end);
        model.clear(from, end);
      }
      assertArrayEquals(Arrays.copyOf(model.toByteArray(), bits.length), bits, "seed " + SEED);
      int at = random.nextInt(BITS + 1);
      int stop = at + random.nextInt(BITS - at + 1);
      int set = model.nextSetBit(at);
      assertEquals(set < 0 ? stop : Math.min(set, stop), BitRuns.nextSet(bits, at, stop));
      assertEquals(Math.min(model.nextClearBit(at), stop), BitRuns.nextClear(bits, at, stop));
      int used = model.get(at, stop).cardinality();
      assertEquals(stop - at - used, BitRuns.countClear(bits, at, stop));
      assertEquals(used == stop - at, BitRuns.allSet(bits, at, stop));
      assertEquals(used == 0, BitRuns.allClear(bits, at, stop));
    }
  }
}
