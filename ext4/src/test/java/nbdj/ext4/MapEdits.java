package nbdj.ext4;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Random edits of a map, each of them checked; by turns it grows and shrinks. For one thread. */
final class MapEdits {

  /** Where blocks are mapped, and how many at once. */
  record Field(List<Long> starts, int length, int longest) {
    /** Thousands of blocks in small extents. */
    static final Field SHORT = new Field(List.of(0L), 2000, 4);

    /** Extents that reach their greatest length. */
    static final Field LONG = new Field(List.of(0L, ExtentNodes.LIMIT - 70_000), 70_000, 32767);

    /** Some blocks of trees of each level, at the bounds between nodes. */
    static final Field SPREAD =
        new Field(List.of(0L, 250L, 65804L - 300, 65804L + 65536 + 7, (1L << 24) - 50L), 600, 40);
  }

  private final MapLab lab;
  private final long seed;
  private final Random random;
  private final Field field;
  private boolean growing;

  MapEdits(MapLab lab, long seed, Field field) {
    this.lab = lab;
    this.seed = seed;
    this.random = new Random(seed);
    this.field = field;
  }

  /** Make so many edits and return how deep the map became. */
  int run(int steps) throws IOException {
    int deepest = 0;
    String last = "";
    for (int step = 0; step < steps; step++) {
      if (step % (steps / 3) == 0) {
        growing = !growing;
      }
      try {
        last = step();
        lab.check();
        if (!lab.store.atomic()) {
          lab.checkCut(random);
        }
      } catch (RuntimeException | IOException | AssertionError e) {
        throw new AssertionError("seed %d, step %d, after %s".formatted(seed, step, last), e);
      }
      if (lab.extents) {
        deepest = Math.max(deepest, lab.depth());
      }
      if (random.nextInt(8) == 0) {
        lab.flush();
      }
      if (random.nextInt(30) == 0) {
        lab.reopen();
      }
    }
    return deepest;
  }

  private long anywhere() {
    long start = field.starts.get(random.nextInt(field.starts.size()));
    return start + random.nextInt(field.length);
  }

  private String step() throws IOException {
    int kind = random.nextInt(10);
    if (kind < (growing ? 7 : 1)) {
      return insert(anywhere());
    }
    return kind < (growing ? 9 : 3) && lab.extents ? mark(anywhere()) : remove(anywhere());
  }

  private String insert(long near) throws IOException {
    long logical = near;
    while (lab.model.containsKey(logical)) {
      logical++;
    }
    Long next = lab.model.ceilingKey(logical);
    long end = Math.min(lab.editor.reach(logical), next == null ? Long.MAX_VALUE : next);
    end = Math.min(end, lab.source().limit());
    if (end <= logical) {
      return "nothing";
    }
    int length = 1 + random.nextInt((int) Math.min(field.longest, end - logical));
    boolean written = !lab.extents || random.nextInt(3) > 0;
    long physical = physical(logical, length);
    try {
      lab.insert(logical, physical, length, written);
    } catch (Ext4Exception e) {
      if (e.kind() != Ext4Exception.Kind.NO_SPACE || lab.depth() < ExtentNodes.MAX_DEPTH) {
        throw e;
      }
      growing = false;
    }
    return "insert %d+%d at %d %s".formatted(logical, length, physical, written);
  }

  /** Choose a place: often one that goes on where a neighbour's ends. */
  private long physical(long logical, int length) {
    Map.Entry<Long, MapLab.Place> before = lab.model.lowerEntry(logical);
    Map.Entry<Long, MapLab.Place> after = lab.model.higherEntry(logical);
    int choice = random.nextInt(4);
    long place = MapLab.DATA + random.nextInt(MapLab.DATA_LENGTH - length);
    if (choice == 0 && before != null) {
      place = before.getValue().physical() + logical - before.getKey();
    } else if (choice == 1 && after != null) {
      place = after.getValue().physical() - (after.getKey() - logical);
    }
    boolean inside = place >= MapLab.DATA && place + length <= MapLab.DATA + MapLab.DATA_LENGTH;
    return inside ? place : MapLab.DATA + random.nextInt(MapLab.DATA_LENGTH - length);
  }

  private String mark(long near) throws IOException {
    Long logical = lab.model.ceilingKey(near);
    if (logical == null) {
      return "nothing";
    }
    MapLeaf leaf = lab.source().load(logical);
    long end = Math.min(leaf.end, lab.editor.reach(logical));
    int most = 1;
    while (logical + most < end && lab.model.containsKey(logical + most)) {
      most++;
    }
    int length = 1 + random.nextInt(random.nextBoolean() ? most : Math.min(most, field.longest));
    boolean written = random.nextBoolean();
    lab.mark(logical, length, written);
    return "mark %d+%d %s".formatted(logical, length, written);
  }

  private String remove(long logical) throws IOException {
    long limit = lab.source().limit();
    long length =
        1L + random.nextInt(random.nextInt(10) > 0 || growing ? 2 * field.longest : field.length);
    long end = Math.min(logical + length, limit);
    int runs = random.nextBoolean() ? 1 + random.nextInt(4) : Integer.MAX_VALUE;
    String what = "remove %d to %d, %d runs".formatted(logical, end, runs);
    long next = logical;
    while (next < end) {
      next = lab.remove(next, end, runs);
    }
    return what;
  }
}
