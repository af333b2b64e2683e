package nbdj.cow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BlockMapTests {
  private static final int BLOCKS = 64;

  private final BlockMap map = new BlockMap();

  @Test
  void empty_from_isBelowToTheEndOfNumbers() {
    assertTrue(map.isEmpty());
    assertEquals(Run.of(5, Long.MAX_VALUE - 5, Kind.BELOW), map.from(5));
  }

  @Test
  void blocksWrittenInOrder_from_isOneRun() {
    for (int i = 0; i < 10; i++) {
      map.put(Run.data(3 + i, 1, 7 + i), gone -> {});
    }
    assertEquals(Run.data(3, 10, 7), map.from(3));
    assertEquals(Run.of(0, 3, Kind.BELOW), map.from(0));
    assertEquals(Run.data(12, 1, 16), map.from(12));
  }

  @Test
  void middleReplaced_oldSlots_areNamed() {
    List<Run> gone = new ArrayList<>();
    map.put(Run.data(0, 10, 100), gone::add);
    map.put(Run.of(4, 2, Kind.HOLE), gone::add);
    assertEquals(List.of(Run.data(4, 2, 104)), gone);
    assertEquals(Run.data(0, 4, 100), map.from(0));
    assertEquals(Run.of(4, 2, Kind.HOLE), map.from(4));
    assertEquals(Run.data(6, 4, 106), map.from(6));
  }

  /** Compares with an array that has a kind and a slot for each block. */
  @Test
  void randomRuns_agreeWithAnArray() {
    long seed = Long.getLong("nbdj.seed", System.nanoTime());
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    Kind[] kinds = new Kind[BLOCKS];
    long[] slots = new long[BLOCKS];
    Arrays.fill(kinds, Kind.BELOW);
    long nextSlot = 1;
    for (int step = 0; step < 5000; step++) {
      int first = random.nextInt(BLOCKS);
      int count = 1 + random.nextInt(BLOCKS - first);
      Kind kind = List.of(Kind.DATA, Kind.ZERO, Kind.HOLE).get(random.nextInt(3));
      Set<Long> expectedGone = new HashSet<>();
      for (int i = first; i < first + count; i++) {
        if (kinds[i] == Kind.DATA) {
          expectedGone.add(slots[i]);
        }
        kinds[i] = kind;
        slots[i] = kind == Kind.DATA ? nextSlot + i - first : 0;
      }
      Set<Long> gone = new HashSet<>();
      Run run = kind == Kind.DATA ? Run.data(first, count, nextSlot) : Run.of(first, count, kind);
      map.put(
          run,
          old -> {
            for (long i = 0; i < old.count(); i++) {
              assertTrue(gone.add(old.slot() + i));
            }
          });
      nextSlot += count;
      assertEquals(expectedGone, gone);
      for (int i = 0; i < BLOCKS; i++) {
        Run found = map.from(i);
        assertEquals(kinds[i], found.kind());
        assertEquals(slots[i], found.slot());
        long last = Math.min(found.end(), BLOCKS) - 1;
        assertEquals(kinds[i], kinds[(int) last]);
      }
    }
  }
}
