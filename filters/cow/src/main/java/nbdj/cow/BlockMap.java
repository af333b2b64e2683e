package nbdj.cow;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Where the blocks of an export are.
 *
 * <p>Kept as runs, so that a disk written from end to end costs no more than a block. Not safe for
 * use by many threads by itself.
 */
final class BlockMap {
  /**
   * The runs that are not {@link Kind#BELOW}, by their first blocks. No two touch that could join.
   */
  private final NavigableMap<Long, Run> runs = new TreeMap<>();

  /** Tell whether no block was ever changed. */
  boolean isEmpty() {
    return runs.isEmpty();
  }

  /** Get the run that a block is in, from that block on. */
  Run from(long block) {
    Map.Entry<Long, Run> found = runs.floorEntry(block);
    if (found != null && found.getValue().end() > block) {
      return found.getValue().from(block);
    }
    Long next = runs.higherKey(block);
    long end = next == null ? Long.MAX_VALUE : next;
    return Run.of(block, end - block, Kind.BELOW);
  }

  /**
   * Put a run in the place of whatever was there.
   *
   * @param replaced gets the runs of {@link Kind#DATA} that are not in use any more
   */
  void put(Run run, Consumer<Run> replaced) {
    split(run.first());
    split(run.end());
    Map<Long, Run> old = runs.subMap(run.first(), run.end());
    for (Run gone : old.values()) {
      if (gone.kind() == Kind.DATA) {
        replaced.accept(gone);
      }
    }
    old.clear();
    Run joined = run;
    Map.Entry<Long, Run> before = runs.lowerEntry(run.first());
    if (before != null && before.getValue().goesOnIn(joined)) {
      joined = before.getValue().joined(joined);
    }
    Map.Entry<Long, Run> behind = runs.ceilingEntry(run.end());
    if (behind != null && joined.goesOnIn(behind.getValue())) {
      joined = joined.joined(behind.getValue());
      runs.remove(behind.getKey());
    }
    runs.put(joined.first(), joined);
  }

  /** Make two runs of one that goes on past the beginning of a block. */
  private void split(long block) {
    Map.Entry<Long, Run> found = runs.lowerEntry(block);
    if (found != null && found.getValue().end() > block) {
      Run whole = found.getValue();
      runs.put(whole.first(), whole.before(block));
      runs.put(block, whole.from(block));
    }
  }
}
