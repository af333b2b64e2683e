package nbdj.tck;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.LongSupplier;
import nbdj.api.Flag;
import nbdj.api.Flags;

/**
 * Random operations on a window of an export, each compared with a model.
 *
 * <p>Where the device below may fail, so may an operation: then its range may hold anything, and
 * what it answered instead must be true.
 */
final class RandomRun {
  /** What is done to the export. */
  @FunctionalInterface
  private interface Operation {
    void run() throws IOException;
  }

  /** What is looked at on both sides of a changed range, in bytes. */
  private static final int MARGIN = 700;

  private final Random random;
  private final Pattern pattern;
  private final Io io;
  private final Range window;
  private final LongSupplier failures;
  private final Model model;
  private final List<String> choices = new ArrayList<>(List.of("write", "write", "read"));
  private final List<Range> unflushed = new ArrayList<>();
  private final boolean fua;
  private final boolean fast;

  /** An operation has succeeded though the device below failed in it. */
  private boolean hushed;

  /**
   * Look at a window as it is.
   *
   * @param failures counts the failures of the device below
   */
  RandomRun(Io io, Range window, long seed, LongSupplier failures) throws IOException {
    this.io = io.excusedBy(failures);
    this.window = window;
    this.failures = failures;
    this.random = new Random(seed);
    this.pattern = new Pattern(seed);
    this.model = new Model(window, io.pread(window));
    this.fua = io.next().canFua().available();
    this.fast = io.next().canFastZero();
    if (io.next().canZero().available()) {
      choices.add("zero");
    }
    if (io.next().canTrim()) {
      choices.add("trim");
    }
    if (io.next().canExtents()) {
      choices.add("extents");
    }
    if (io.next().canFlush()) {
      choices.add("flush");
    }
  }

  /** Look at a window of an export over a device that never fails. */
  RandomRun(Io io, Range window, long seed) throws IOException {
    this(io, window, seed, () -> 0);
  }

  /** Do some operations. */
  void go(int rounds) throws IOException {
    for (int round = 0; round < rounds; round++) {
      String choice = choices.get(random.nextInt(choices.size()));
      Range range = range();
      String step = "round %d, %s of %s".formatted(round, choice, range);
      switch (choice) {
        case "write" -> write(range, round, step);
        case "zero" -> zero(range, step);
        case "trim" -> trim(range, step);
        case "extents" -> extents(range);
        case "flush" -> flush();
        default -> check(range, new Range(0, 0), "W-3", "W-3", step);
      }
    }
  }

  /** Compare all of the window with the model. */
  void compare() throws IOException {
    check(window, new Range(0, 0), "W-3", "W-3", "at the end");
  }

  private void write(Range range, int round, String step) throws IOException {
    Pattern own = new Pattern(pattern.seed() + 1 + round);
    byte[] bytes = own.bytes(range.offset(), (int) range.length());
    Flags flags = maybeFua(Flags.NONE);
    change(
        range,
        () -> io.write(bytes, range.offset(), flags),
        () -> model.write(range.offset(), bytes));
    check(range, range, "W-2", "W-3", step);
  }

  private void zero(Range range, String step) throws IOException {
    Flags flags = maybeFua(random.nextBoolean() ? Flags.of(Flag.MAY_TRIM) : Flags.NONE);
    if (fast && random.nextInt(4) == 0) {
      fastZero(range, step);
      return;
    }
    change(range, () -> io.zero(range.offset(), range.length(), flags), () -> model.zero(range));
    check(range, range, "W-4", "W-3", step);
  }

  private void fastZero(Range range, String step) throws IOException {
    boolean[] done = {false};
    change(
        range,
        () -> done[0] = io.fastZero(range.offset(), range.length()),
        () -> {
          if (done[0]) {
            model.zero(range);
          }
        });
    check(range, range, done[0] ? "W-4" : "W-8", done[0] ? "W-3" : "W-8", step);
  }

  private void trim(Range range, String step) throws IOException {
    change(
        range,
        () -> io.trim(range.offset(), range.length(), maybeFua(Flags.NONE)),
        () -> model.forget(range));
    check(range, range, "W-5", "W-5", step);
  }

  private void flush() throws IOException {
    if (done(io::flush)) {
      unflushed.clear();
    } else {
      // What was written may have been dropped: the failure has said so.
      unflushed.forEach(model::forget);
    }
  }

  private void extents(Range range) throws IOException {
    List<Extent> extents = new ArrayList<>();
    if (done(() -> extents.addAll(io.extents(range.offset(), range.length(), Flags.NONE)))) {
      for (Extent extent : extents) {
        if (extent.type().readsAsZeroes()) {
          model.checkZeroes(extent, blamed("E-5"));
        }
      }
    }
  }

  private void check(Range range, Range changed, String inside, String outside, String step)
      throws IOException {
    long from = Math.max(window.offset(), range.offset() - MARGIN);
    int count = (int) (Math.min(window.end(), range.end() + MARGIN) - from);
    boolean byPread = random.nextBoolean();
    byte[][] actual = {{}};
    if (done(() -> actual[0] = byPread ? io.pread(from, count) : io.read(from, count))) {
      model.check(actual[0], from, changed, blamed(inside), blamed(outside), step);
    }
  }

  /** Get the rule that is broken by what was found: another one, if an error was hushed up. */
  private String blamed(String rule) {
    return hushed ? "X-1" : rule;
  }

  /** Change a range, and the model if that succeeded. */
  private void change(Range range, Operation operation, Runnable inModel) throws IOException {
    unflushed.add(range);
    if (done(operation)) {
      inModel.run();
    } else {
      model.forget(range);
    }
  }

  /** Do something, and tell whether it succeeded. */
  private boolean done(Operation operation) throws IOException {
    long before = failures.getAsLong();
    try {
      operation.run();
    } catch (FailedBelow excused) {
      return false;
    }
    hushed |= failures.getAsLong() != before;
    return true;
  }

  private Flags maybeFua(Flags flags) {
    return fua && random.nextInt(8) == 0 ? flags.with(Flag.FUA) : flags;
  }

  /** Choose a range of the window: mostly short, sometimes of whole sectors, pages or more. */
  private Range range() {
    boolean large = random.nextInt(8) == 0;
    int most = (int) Math.min(window.length(), 1 << (4 + random.nextInt(large ? 15 : 12)));
    long length = 1L + random.nextInt(most);
    long offset = random.nextLong(window.length() - length + 1);
    int unit = 512 << random.nextInt(large ? 8 : 1);
    if ((large || random.nextInt(3) == 0) && length > unit) {
      length -= length % unit;
      offset -= offset % unit;
    }
    return new Range(window.offset() + offset, length);
  }
}
