package nbdj.ext4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A leaf that is changed tells what a plain table of its blocks does. */
final class MapLeafTests {

  private static final long SEED = 29;
  private static final int START = 50;
  private static final int BLOCKS = 120;

  /** Where each block lies, times 2, and 1 more if it holds data; -1 for a hole. */
  private final long[] model = new long[BLOCKS];

  private final Random random = new Random(SEED);

  private MapLeaf random(MapLeaf leaf) {
    int from = random.nextInt(BLOCKS);
    int to = from + 1 + random.nextInt(Math.min(BLOCKS - from, 12));
    boolean written = random.nextBoolean();
    if (random.nextInt(3) == 0) {
      int end = from;
      while (end < to && model[end] >= 0) {
        model[end] = (model[end] & ~1) | (written ? 1 : 0);
        end++;
      }
      return leaf.marked(START + from, START + end, written);
    }
    // Now and then as a neighbour would go on.
    long place = random.nextInt(4) == 0 ? -1 : 1000 + from + random.nextInt(2) * 500L;
    for (int i = from; i < to; i++) {
      model[i] = place < 0 ? -1 : (place + i - from) * 2 + (written ? 1 : 0);
    }
    return leaf.with(START + from, START + to, place, written);
  }

  private void assertSame(MapLeaf leaf) {
    long before = START;
    for (int i = 0; i < leaf.count(); i++) {
      assertTrue(leaf.first(i) >= before && leaf.end(i) > leaf.first(i));
      before = leaf.end(i);
    }
    for (int block = 0; block < BLOCKS; block++) {
      int index = leaf.indexOf(START + block);
      long found = -1;
      if (index >= 0 && START + block < leaf.end(index)) {
        long place = leaf.physical(index) + START + block - leaf.first(index);
        found = place * 2 + (leaf.written(index) ? 1 : 0);
      }
      assertEquals(model[block], found, "block %d, seed %d".formatted(block, SEED));
    }
  }

  @Test
  void randomChanges_areTold() {
    Arrays.fill(model, -1);
    MapLeaf leaf = new MapLeaf(START, START + BLOCKS, 0);
    int most = 0;
    for (int i = 0; i < 20_000; i++) {
      leaf = random(leaf);
      assertSame(leaf);
      most = Math.max(most, leaf.count());
    }
    assertTrue(most > 20, "too few extents to be a test");
    assertEquals(START + BLOCKS, leaf.end);
  }
}
