package nbdj.tck;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import nbdj.api.Flag;
import nbdj.api.Flags;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import org.junit.jupiter.api.Test;

/** Random operations, each compared with a model. The seed is printed. */
abstract class CoherenceChapter extends Chapter {
  CoherenceChapter(LayerContract contract) {
    super(contract);
  }

  @Test
  @Rule({"W-3", "W-2", "W-4", "W-5", "W-8", "E-5"})
  void randomOperations_atTheBeginning_agreeWithAModel() throws IOException {
    Io io = open();
    new Run(io, ground(io)).go();
  }

  @Test
  @Rule({"W-3", "W-2", "W-4", "W-5", "W-8", "E-5"})
  void randomOperations_atTheEnd_agreeWithAModel() throws IOException {
    Io io = open();
    needsWrite(io);
    Range writable = contract.writable(io.next().size());
    applies(writable.length() > GROUND, "the beginning is all there is");
    new Run(io, writable.last(GROUND)).go();
  }

  /** A run over one window. */
  private static final class Run {
    /** What is looked at on both sides of a changed range, in bytes. */
    private static final int MARGIN = 700;

    private static final Flags FAST = Flags.of(Flag.FAST_ZERO);

    private final long seed = Settings.seed();
    private final Random random = new Random(seed);
    private final Io io;
    private final Range window;
    private final Model model;
    private final List<String> choices = new ArrayList<>(List.of("write", "write", "read"));
    private final boolean fua;
    private final boolean fast;

    Run(Io io, Range window) throws IOException {
      this.io = io;
      this.window = window;
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

    void go() throws IOException {
      for (int round = 0; round < Settings.rounds(); round++) {
        String choice = choices.get(random.nextInt(choices.size()));
        Range range = range();
        String step = "round %d, %s of %s".formatted(round, choice, range);
        switch (choice) {
          case "write" -> write(range, round, step);
          case "zero" -> zero(range, step);
          case "trim" -> trim(range, step);
          case "extents" -> extents(range);
          case "flush" -> io.flush();
          default -> check(range, new Range(0, 0), "W-3", "W-3", step);
        }
      }
      check(window, new Range(0, 0), "W-3", "W-3", "at the end");
    }

    private void write(Range range, int round, String step) throws IOException {
      byte[] bytes = new Pattern(seed + round).bytes(range.offset(), (int) range.length());
      io.write(bytes, range.offset(), maybeFua(Flags.NONE));
      model.write(range.offset(), bytes);
      check(range, range, "W-2", "W-3", step);
    }

    private void zero(Range range, String step) throws IOException {
      Flags flags = maybeFua(random.nextBoolean() ? Flags.of(Flag.MAY_TRIM) : Flags.NONE);
      if (fast && random.nextInt(4) == 0) {
        try {
          io.next().zero(range.offset(), range.length(), FAST);
        } catch (NbdException e) {
          BrokenRule.unless(
              e.error() == NbdError.ENOTSUP, "W-8", "%s: %s", step, String.valueOf(e.getMessage()));
          check(range, range, "W-8", "W-8", step);
          return;
        }
      } else {
        io.zero(range.offset(), range.length(), flags);
      }
      model.zero(range);
      check(range, range, "W-4", "W-3", step);
    }

    private void trim(Range range, String step) throws IOException {
      io.trim(range.offset(), range.length(), maybeFua(Flags.NONE));
      model.trim(range);
      check(range, range, "W-5", "W-5", step);
    }

    private void extents(Range range) {
      for (Extent extent : io.extents(range.offset(), range.length(), Flags.NONE)) {
        if (extent.type().readsAsZeroes()) {
          model.checkZeroes(extent);
        }
      }
    }

    private void check(Range range, Range changed, String inside, String outside, String step)
        throws IOException {
      long from = Math.max(window.offset(), range.offset() - MARGIN);
      int count = (int) (Math.min(window.end(), range.end() + MARGIN) - from);
      byte[] actual = random.nextBoolean() ? io.pread(from, count) : io.read(from, count);
      model.check(actual, from, changed, inside, outside, step + ", seed " + seed);
    }

    private Flags maybeFua(Flags flags) {
      return fua && random.nextInt(8) == 0 ? flags.with(Flag.FUA) : flags;
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
}
