package nbdj.tck;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import nbdj.api.ExtentType;
import nbdj.api.Flag;
import nbdj.api.Flags;
import nbdj.api.Support;
import org.junit.jupiter.api.Test;

/** Zeroing and trimming. */
abstract class ZeroingChapter extends Chapter {
  private static final Set<ExtentType> HOLES = Set.of(ExtentType.HOLE, ExtentType.HOLE_ZERO);
  private static final long THREE_GIB = 3L << 30;

  private final Pattern before = pattern(21);

  ZeroingChapter(LayerContract contract) {
    super(contract);
  }

  @Test
  @Rule("W-4")
  void zeroed_range_readsAsZeroes() throws IOException {
    Io io = open();
    Range ground = filled(io);
    needsZero(io);
    for (Flags flags : List.of(Flags.NONE, Flags.of(Flag.MAY_TRIM))) {
      for (int count = 1; count <= ground.length(); count = count * 3 + 1) {
        long offset = ground.offset() + (ground.length() - count) / 2;
        io.write(before.bytes(offset, count), offset);
        io.zero(offset, count, flags);
        same(new byte[count], io.pread(offset, count), offset, "W-4", "zeroed with " + flags);
      }
    }
  }

  @Test
  @Rule(value = "W-3", buildsOn = "W-2")
  void zeroed_neighbours_areUnchanged() throws IOException {
    Io io = open();
    needsZero(io);
    for (Flags flags : List.of(Flags.NONE, Flags.of(Flag.MAY_TRIM))) {
      Range ground = filled(io);
      int third = (int) ground.length() / 3;
      io.zero(ground.offset() + third, third, flags);
      neighboursKept(io, ground, third, "W-3");
    }
  }

  @Test
  @Rule(value = "W-5", buildsOn = "W-2")
  void trimmed_neighbours_areUnchanged() throws IOException {
    Io io = open();
    applies(io.next().canTrim(), "canTrim is false");
    Range ground = filled(io);
    int third = (int) ground.length() / 3;
    io.trim(ground.offset() + third, third, Flags.NONE);
    neighboursKept(io, ground, third, "W-5");
  }

  @Test
  @Rule(value = "W-5", buildsOn = "W-2")
  void trimmed_rangeWrittenAgain_readsAsWritten() throws IOException {
    Io io = open();
    applies(io.next().canTrim(), "canTrim is false");
    Range ground = filled(io);
    io.trim(ground.offset(), ground.length(), Flags.NONE);
    filled(io);
    byte[] expected = before.bytes(ground.offset(), (int) ground.length());
    same(expected, io.pread(ground), ground.offset(), "W-5", "written after a trim");
  }

  @Test
  @Rule("W-7")
  void zeroedWithoutMayTrim_extents_areAllocated() throws IOException {
    Io io = open();
    applies(io.next().canZero() == Support.NATIVE, "canZero is not NATIVE");
    applies(io.next().canExtents(), "canExtents is false");
    Range ground = filled(io);
    io.zero(ground.offset(), ground.length(), Flags.NONE);
    List<Extent> holes =
        io.extents(ground.offset(), ground.length(), Flags.NONE).stream()
            .filter(extent -> HOLES.contains(extent.type()))
            .toList();
    if (!contract.tellsAllocation()) {
      if (holes.isEmpty()) {
        needless("tellsAllocation() could be true: allocated zeroes are not shown as a hole");
      }
      applies(false, "tellsAllocation() is false");
    }
    BrokenRule.unless(holes.isEmpty(), "W-7", "%s in a range zeroed without MAY_TRIM", holes);
  }

  @Test
  @Rule(value = "W-8", buildsOn = "W-2")
  void fastZero_isDoneOrChangesNothing() throws IOException {
    Io io = open();
    needsZero(io);
    applies(io.next().canFastZero(), "canFastZero is false");
    Range ground = filled(io);
    Range range = new Range(ground.offset() + 1, ground.length() - 2);
    Model model = new Model(ground, before.bytes(ground.offset(), (int) ground.length()));
    boolean done = io.fastZero(range.offset(), range.length());
    if (done) {
      model.zero(range);
    }
    model.check(
        io.pread(ground),
        ground.offset(),
        range,
        done ? "W-4" : "W-8",
        done ? "W-3" : "W-8",
        done ? "after a fast zero" : "after a fast zero that was refused");
  }

  @Test
  @Rule("W-10")
  void moreThanTwoGib_zero_isDoneWholly() throws IOException {
    Io io = open();
    applies(io.next().canZero() == Support.NATIVE, "canZero is not NATIVE");
    Range all = huge(io);
    io.write(before.bytes(all.end() - 512, 512), all.end() - 512);
    io.zero(all.offset(), all.length(), Flags.of(Flag.MAY_TRIM));
    byte[] end = io.pread(all.last(512));
    same(new byte[512], end, all.end() - 512, "W-10", "zero of %d bytes".formatted(all.length()));
  }

  @Test
  @Rule("W-10")
  void moreThanTwoGib_trim_works() throws IOException {
    Io io = open();
    applies(io.next().canTrim(), "canTrim is false");
    Range all = huge(io);
    io.trim(all.offset(), all.length(), Flags.NONE);
  }

  private Range huge(Io io) throws IOException {
    needsWrite(io);
    Range all = contract.writable(io.next().size());
    applies(all.length() >= THREE_GIB, "less than 3 GiB are writable");
    return all;
  }

  private Range filled(Io io) throws IOException {
    Range ground = ground(io);
    io.write(before.bytes(ground.offset(), (int) ground.length()), ground.offset());
    return ground;
  }

  private void neighboursKept(Io io, Range ground, int third, String rule) {
    byte[] left = before.bytes(ground.offset(), third);
    same(left, io.pread(ground.first(third)), ground.offset(), rule, "before the range");
    Range right = ground.last(ground.length() - 2L * third);
    byte[] rest = before.bytes(right.offset(), (int) right.length());
    same(rest, io.pread(right), right.offset(), rule, "after the range");
  }

  private static void needsZero(Io io) throws IOException {
    applies(io.next().canZero().available(), "canZero is NONE");
  }
}
