package nbdj.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Pieces in any order are counted once. */
class CoverageTests {
  @Test
  void randomPieces_agreeWithABitSet() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      Coverage coverage = new Coverage();
      BitSet model = new BitSet();
      for (int i = 0; i < 40; i++) {
        int from = random.nextInt(100);
        int length = 1 + random.nextInt(12);
        boolean free = model.get(from, from + length).isEmpty();
        assertEquals(free, coverage.add(from, length), () -> "seed " + seed);
        if (free) {
          model.set(from, from + length);
        }
        assertEquals(model.cardinality(), coverage.total(), () -> "seed " + seed);
        assertEquals(model.nextClearBit(0), coverage.firstMissing(), () -> "seed " + seed);
      }
    }
  }
}
