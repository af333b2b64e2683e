package nbdj.tck.blackbox;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import nbdj.client.CommandFlag;
import nbdj.client.ExportFlag;
import nbdj.client.Extent;
import nbdj.client.NbdClientException;
import nbdj.client.NbdServerException;
import nbdj.tck.Breach;
import nbdj.tck.Pattern;
import nbdj.tck.Range;

/** Random operations on a window of an export, each compared with a model. For one thread. */
final class RandomRun {
  /** What is looked at on both sides of a changed range, in bytes. */
  private static final int MARGIN = 700;

  private static final Range NOTHING = new Range(0, 0);

  private final long seed;
  private final Random random;
  private final Disk disk;
  private final Range window;
  private final Model model;
  private final List<String> choices = new ArrayList<>(List.of("write", "write", "read"));

  /** Look at a window as it is. */
  RandomRun(Disk disk, Range window, long seed) {
    this.seed = seed;
    this.random = new Random(seed);
    this.disk = disk;
    this.window = window;
    this.model = new Model(window, disk.read(window));
    offer("zero", ExportFlag.SEND_WRITE_ZEROES);
    offer("fast zero", ExportFlag.SEND_FAST_ZERO);
    offer("trim", ExportFlag.SEND_TRIM);
    offer("flush", ExportFlag.SEND_FLUSH);
    if (!disk.export().contexts().isEmpty()) {
      choices.add("block status");
    }
  }

  private void offer(String choice, ExportFlag flag) {
    if (disk.has(flag)) {
      choices.add(choice);
    }
  }

  void go(int rounds) {
    for (int round = 0; round < rounds; round++) {
      String choice = choices.get(random.nextInt(choices.size()));
      Range range = range();
      String step = "round %d, %s of %s, seed %d".formatted(round, choice, range, seed);
      switch (choice) {
        case "write" -> write(range, round, step);
        case "zero" -> zero(range, step);
        case "fast zero" -> fastZero(range, step);
        case "trim" -> trim(range, step);
        case "flush" -> disk.flush();
        case "block status" -> status(range, step);
        default -> check(range, NOTHING, "W-3", "W-3", step);
      }
    }
    check(window, NOTHING, "W-3", "W-3", "at the end, seed " + seed);
  }

  private void write(Range range, int round, String step) {
    byte[] bytes = new Pattern(seed + round).bytes(range.offset(), (int) range.length());
    disk.write(bytes, range.offset(), maybeFua());
    model.write(range.offset(), bytes);
    check(range, range, "W-2", "W-3", step);
  }

  private void zero(Range range, String step) {
    disk.zero(range, random.nextBoolean() ? maybeFua() : new CommandFlag[] {CommandFlag.NO_HOLE});
    model.zero(range);
    check(range, range, "W-4", "W-3", step);
  }

  private void fastZero(Range range, String step) {
    try {
      disk.client().writeZeroes(range.offset(), range.length(), CommandFlag.FAST_ZERO);
      model.zero(range);
      check(range, range, "W-4", "W-3", step);
    } catch (NbdServerException e) {
      if (!e.errorName().equals("ENOTSUP")) {
        throw Breach.of("W-8", "%s: %s".formatted(step, e.getMessage()), e);
      }
      check(range, range, "W-8", "W-8", step);
    } catch (NbdClientException e) {
      throw Disk.finding(step, e);
    }
  }

  private void trim(Range range, String step) {
    disk.trim(range, maybeFua());
    model.trim(range);
    check(range, range, "W-5", "W-5", step);
  }

  private void status(Range range, String step) {
    for (Extent extent : disk.allocation(range)) {
      if (extent.isZero()) {
        model.checkZeroes(extent, step);
      }
    }
  }

  private void check(Range range, Range changed, String inside, String outside, String step) {
    long from = Math.max(window.offset(), range.offset() - MARGIN);
    int count = (int) (Math.min(window.end(), range.end() + MARGIN) - from);
    model.check(disk.read(from, count), from, changed, inside, outside, step);
  }

  private CommandFlag[] maybeFua() {
    return disk.has(ExportFlag.SEND_FUA) && random.nextInt(8) == 0
        ? new CommandFlag[] {CommandFlag.FUA}
        : new CommandFlag[] {};
  }

  /** Choose a range of the window: mostly short, sometimes on page boundaries. */
  private Range range() {
    int most = (int) Math.min(window.length(), 1 << (4 + random.nextInt(12)));
    long length = 1L + random.nextInt(most);
    long offset = random.nextLong(window.length() - length + 1);
    if (random.nextInt(3) == 0 && length > 512) {
      length -= length % 512;
      offset -= offset % 512;
    }
    return new Range(window.offset() + offset, length);
  }
}
