package nbdj.junit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Chooses what a crash leaves. Used by one thread, once. */
final class Survivors {
  private static final int SECTOR = 512;

  private final Loss loss;
  private final long seed;
  private final Random random;

  /** What is known of each change, by its number; of some only parts are left. */
  private final Map<Long, Whole> wholes = new LinkedHashMap<>();

  /** The parts that survive, in the order of the changes. */
  private final List<Change> parts = new ArrayList<>();

  /** All parts of one change. */
  private static final class Whole {
    private final long from;
    private long to;
    private long bytes;
    private long surviving;
    private boolean kept;

    /** Where a zero or trim was torn off. */
    private long limit;

    /** Which sectors of a write survive, as far as they were asked for. */
    private final Map<Long, Boolean> sectors = new HashMap<>();

    private Whole(long from) {
      this.from = from;
    }
  }

  /**
   * Choose.
   *
   * @param changes the parts of a change follow each other, lowest offset first
   * @param salt tells disks apart that share a seed
   */
  Survivors(List<Change> changes, Loss loss, long seed, int salt) {
    this.loss = loss;
    this.seed = seed;
    this.random = new Random(seed + salt * 0x9e37_79b9_7f4a_7c15L);
    for (Change change : changes) {
      Whole whole = wholes.computeIfAbsent(change.number(), number -> new Whole(change.offset()));
      whole.to = change.end();
      whole.bytes += change.count();
    }
    for (Whole whole : wholes.values()) {
      long first = whole.from / SECTOR;
      long sectors = (whole.to - 1) / SECTOR - first + 1;
      whole.kept = random.nextBoolean();
      whole.limit = (first + random.nextLong(sectors + 1)) * SECTOR;
    }
    for (Change change : changes) {
      choose(change, wholes.getOrDefault(change.number(), new Whole(change.offset())));
    }
  }

  private void choose(Change change, Whole whole) {
    switch (loss) {
      case ALL -> {}
      case SOME -> {
        if (whole.kept) {
          keep(change, whole);
        }
      }
      case TORN -> {
        if (change.kind() == Change.Kind.WRITE) {
          keepSectors(change, whole);
        } else if (change.offset() < whole.limit) {
          // So long a range may have more sectors than there is time to choose from.
          keep(change.part(change.offset(), Math.min(change.end(), whole.limit)), whole);
        }
      }
    }
  }

  private void keepSectors(Change change, Whole whole) {
    long at = change.offset();
    while (at < change.end()) {
      long end = Math.min(change.end(), (at / SECTOR + 1) * SECTOR);
      if (whole.sectors.computeIfAbsent(at / SECTOR, sector -> random.nextBoolean())) {
        keep(change.part(at, end), whole);
      }
      at = end;
    }
  }

  private void keep(Change part, Whole whole) {
    whole.surviving += part.count();
    parts.add(part);
  }

  /** Get the parts that survive, in the order in which they are to be made. */
  List<Change> parts() {
    return parts;
  }

  Crash crash() {
    int kept = 0;
    int torn = 0;
    for (Whole whole : wholes.values()) {
      if (whole.surviving == whole.bytes) {
        kept++;
      } else if (whole.surviving > 0) {
        torn++;
      }
    }
    return new Crash(loss, seed, wholes.size(), kept, torn);
  }
}
