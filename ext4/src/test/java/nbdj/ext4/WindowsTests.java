package nbdj.ext4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.BitSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What is claimed ahead is each cluster's own, and given back if it is not taken. */
final class WindowsTests {

  private static final long SEED = 17;
  private static final int FILE = 2000;

  private final Allocator allocator;
  private final Windows windows;

  WindowsTests() throws IOException {
    StoreFixture fixture = new StoreFixture(StoreFixture.NO_JOURNAL);
    allocator = new Allocator(fixture.volume, fixture.store, (block, length) -> {});
    windows = new Windows(allocator, 10, Long.MAX_VALUE, 0);
  }

  private static Windows.Hole hole(NavigableMap<Long, ClusterRun> taken, long cluster) {
    Map.Entry<Long, ClusterRun> before = taken.floorEntry(cluster);
    Long after = taken.higherKey(cluster);
    long start = before == null ? 0 : before.getKey() + before.getValue().length();
    long place = before == null ? -1 : before.getValue().end();
    return new Windows.Hole(start, after == null ? FILE : after, place);
  }

  @Test
  void randomOrder_claimsEveryClusterOnceAndInFewPieces() throws IOException {
    Random random = new Random(SEED);
    long available = allocator.available();
    BitSet filled = new BitSet();
    BitSet used = new BitSet();
    NavigableMap<Long, ClusterRun> taken = new TreeMap<>();
    while (filled.cardinality() < FILE) {
      long cluster = filled.nextClearBit(random.nextInt(FILE));
      if (cluster < FILE) {
        Windows.Hole hole = hole(taken, cluster);
        int wanted = (int) Math.min(1 + random.nextInt(8), hole.end() - cluster);
        ClusterRun run = windows.take(cluster, wanted, hole);
        assertTrue(run.length() >= 1 && run.length() <= wanted);
        assertTrue(used.get((int) run.start(), (int) run.end()).isEmpty(), "seed " + SEED);
        used.set((int) run.start(), (int) run.end());
        filled.set((int) cluster, (int) cluster + run.length());
        taken.put(cluster, run);
      }
    }
    windows.close();
    assertEquals(available - FILE, allocator.available(), "the rest is given back");
    int pieces = 0;
    long next = -1;
    for (ClusterRun run : taken.values()) {
      pieces += run.start() == next ? 0 : 1;
      next = run.end();
    }
    assertTrue(pieces < 60, "the file lies in %d pieces".formatted(pieces));
  }

  @Test
  void growingFile_claimsMoreAheadEachTime() throws IOException {
    long available = allocator.available();
    ClusterRun first = windows.take(0, 1, new Windows.Hole(0, FILE, -1));
    long ahead = available - allocator.available();
    assertTrue(ahead > 50 && ahead <= available / 8, "%d of %d".formatted(ahead, available));
    ClusterRun second = windows.take(1, 5, new Windows.Hole(1, FILE, first.end()));
    assertEquals(first.end(), second.start());
    assertEquals(ahead, available - allocator.available(), "that was claimed already");
    windows.giveBack();
    assertEquals(available - 6, allocator.available());
  }

  @Test
  void hole_isNeverLeft() throws IOException {
    long available = allocator.available();
    ClusterRun run = windows.take(10, 3, new Windows.Hole(9, 14, -1));
    assertEquals(3, run.length());
    assertEquals(5, available - allocator.available());
  }

  @Test
  void noSpace_isToldAndNothingIsKept() throws IOException {
    while (allocator.available() > 0) {
      allocator.claim(0, 1000, Long.MAX_VALUE);
    }
    Ext4Exception full =
        assertThrows(Ext4Exception.class, () -> windows.take(0, 4, new Windows.Hole(0, FILE, -1)));
    assertEquals(Ext4Exception.Kind.NO_SPACE, full.kind());
  }
}
