package nbdj.ext4;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Finds the states that a power cut may leave of a trace.
 *
 * <p>The device keeps what was written before its last completed flush, and every durable write
 * since; of the other operations since, any may be lost and any may survive, whatever their order.
 * An operation on several atoms may also survive in part. It is enough to cut just before each
 * flush and each durable write, and at the end: a cut elsewhere leaves what one of those leaves.
 */
final class CrashStates {

  private static final int FEW = 5;

  private final Trace trace;
  private final Effort effort;

  /** Bytes that the device writes whole or not at all. */
  private final int atom;

  private final Random random;
  private final Consumer<CrashState> sink;

  /** What is durable by the last flush. */
  private final PagedImage durable;

  /** Operations since, durable ones among them. */
  private final List<Event.Change> since = new ArrayList<>();

  /**
   * How many states to look at.
   *
   * @param subsets most subsets of one window's operations
   * @param torn states of each window in which an operation survives in part
   */
  record Effort(int subsets, int torn) {}

  private CrashStates(Trace trace, Effort effort, int atom, long seed, Consumer<CrashState> sink) {
    this.trace = trace;
    this.effort = effort;
    this.atom = atom;
    this.random = new Random(seed);
    this.sink = sink;
    this.durable = trace.initial().copy();
  }

  /**
   * Find states.
   *
   * @param atom bytes that the device writes whole or not at all, aligned to their size
   * @param sink takes the states, in the order of their times
   */
  static void of(Trace trace, Effort effort, int atom, long seed, Consumer<CrashState> sink) {
    new CrashStates(trace, effort, atom, seed, sink).run();
  }

  private void run() {
    for (Event event : trace.events()) {
      switch (event) {
        case Event.Flush flush -> {
          cut(flush.time());
          since.forEach(change -> apply(durable, change));
          since.clear();
        }
        case Event.Change change -> {
          if (change.fua()) {
            cut(change.time());
          }
          since.add(change);
        }
        case Event.Mark mark -> {}
      }
    }
    cut(trace.events().size());
  }

  private void cut(int time) {
    durable.hash();
    List<Event.Change> loose = since.stream().filter(change -> !change.fua()).toList();
    for (BitSet kept : subsets(loose.size())) {
      PagedImage image = durable.copy();
      int index = 0;
      for (Event.Change change : since) {
        if (change.fua() || kept.get(index++)) {
          apply(image, change);
        }
      }
      sink.accept(
          new CrashState(
              time, image, "before event %d, kept %s of %d".formatted(time, kept, loose.size())));
    }
    if (loose.stream().anyMatch(change -> atoms(change) > 1)) {
      for (int i = 0; i < effort.torn(); i++) {
        torn(time, loose);
      }
    }
  }

  /** Choose which of some operations survive: all subsets if these are few. */
  private Set<BitSet> subsets(int count) {
    Set<BitSet> subsets = new LinkedHashSet<>();
    if (count <= FEW) {
      for (long bits = 0; bits < 1L << count; bits++) {
        subsets.add(BitSet.valueOf(new long[] {bits}));
      }
      return subsets;
    }
    BitSet all = new BitSet();
    all.set(0, count);
    subsets.add(new BitSet());
    subsets.add(all);
    List<BitSet> regular = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      BitSet alone = new BitSet();
      alone.set(i);
      regular.add(alone);
      BitSet missing = (BitSet) all.clone();
      missing.clear(i);
      regular.add(missing);
      BitSet prefix = new BitSet();
      prefix.set(0, i);
      regular.add(prefix);
    }
    Collections.shuffle(regular, random);
    regular.stream().limit(effort.subsets() * 2L / 3).forEach(subsets::add);
    for (int i = subsets.size(); i < effort.subsets(); i++) {
      subsets.add(any(count));
    }
    return subsets;
  }

  private BitSet any(int count) {
    BitSet some = new BitSet();
    int share = 1 + random.nextInt(9);
    for (int i = 0; i < count; i++) {
      some.set(i, random.nextInt(10) < share);
    }
    return some;
  }

  /** Let one operation survive in part, and any of the others. */
  private void torn(int time, List<Event.Change> loose) {
    int[] wide = IntStream.range(0, loose.size()).filter(i -> atoms(loose.get(i)) > 1).toArray();
    int victimIndex = wide[random.nextInt(wide.length)];
    Event.Change victim = loose.get(victimIndex);
    BitSet kept = random.nextBoolean() ? any(loose.size()) : everything(loose.size());
    BitSet parts = parts(victim);
    PagedImage image = durable.copy();
    int index = 0;
    for (Event.Change change : since) {
      if (change.fua()) {
        apply(image, change);
      } else if (index == victimIndex) {
        applyParts(image, change, parts);
        index++;
      } else if (kept.get(index++)) {
        apply(image, change);
      }
    }
    String description =
        "before event %d, kept %s of %d and of event %d (%s) the parts %s"
            .formatted(time, kept, loose.size(), victim.time(), victim, parts);
    sink.accept(new CrashState(time, image, description));
  }

  private static BitSet everything(int count) {
    BitSet all = new BitSet();
    all.set(0, count);
    return all;
  }

  /** Choose which atoms of an operation survive: its beginning, its end, or any. */
  private BitSet parts(Event.Change change) {
    int count = atoms(change);
    BitSet parts = new BitSet();
    int cut = 1 + random.nextInt(count - 1);
    switch (random.nextInt(3)) {
      case 0 -> parts.set(0, cut);
      case 1 -> parts.set(cut, count);
      default -> parts.or(any(count));
    }
    // Half a superblock has no way back in this format: its checksum is in its last bytes.
    int superblock = (int) (Superblock.OFFSET / atom - change.offset() / atom);
    if (superblock >= 0 && superblock < count) {
      int next = superblock + Superblock.SIZE / atom;
      parts.set(superblock, Math.max(superblock + 1, next), parts.get(superblock));
    }
    return parts;
  }

  private int atoms(Event.Change change) {
    return (int) ((change.end() - 1) / atom - change.offset() / atom + 1);
  }

  private static void apply(PagedImage image, Event.Change change) {
    image.put(change.bytes(), 0, change.bytes().length, change.offset());
  }

  private void applyParts(PagedImage image, Event.Change change, BitSet parts) {
    long first = change.offset() / atom;
    for (int i = parts.nextSetBit(0); i >= 0; i = parts.nextSetBit(i + 1)) {
      long from = Math.max(change.offset(), (first + i) * atom);
      long to = Math.min(change.end(), (first + i + 1) * atom);
      image.put(change.bytes(), (int) (from - change.offset()), (int) (to - from), from);
    }
  }
}
