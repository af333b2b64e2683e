package nbdj.tck;

import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import nbdj.api.ExtentType;
import nbdj.api.Flag;
import nbdj.api.Flags;
import org.junit.jupiter.api.Test;

/** Block status. */
abstract class ExtentMapsChapter extends Chapter {
  private final Pattern written = pattern(31);

  ExtentMapsChapter(LayerContract contract) {
    super(contract);
  }

  @Test
  @Rule("E-2")
  void extents_ofManyRanges_beginWithTheRange() throws IOException {
    judged();
  }

  @Test
  @Rule("E-3")
  void extents_ofManyRanges_haveNoGap() throws IOException {
    judged();
  }

  @Test
  @Rule("E-4")
  void extents_ofManyRanges_stayInsideTheExport() throws IOException {
    judged();
  }

  @Test
  @Rule("E-5")
  void extentsOfZeroes_content_readsAsZeroes() throws IOException {
    Io io = open();
    needsExtents(io);
    Range head = head(io);
    zeroesAreTrue(io, head);
    if (io.next().canWrite()) {
      Range ground = ground(io);
      io.write(written.bytes(ground.offset(), 16), ground.offset());
      zeroesAreTrue(io, ground);
    }
  }

  @Test
  @Rule(value = "E-5", buildsOn = "W-4")
  void zeroedThenWritten_extents_areNoLongerZeroes() throws IOException {
    Io io = open();
    needsExtents(io);
    Range ground = ground(io);
    applies(io.next().canZero().available(), "canZero is NONE");
    io.zero(ground.offset(), ground.length(), Flags.of(Flag.MAY_TRIM));
    zeroesAreTrue(io, ground);
    long middle = ground.offset() + ground.length() / 2;
    io.write(written.bytes(middle, 1), middle);
    zeroesAreTrue(io, ground);
  }

  @Test
  @Rule(value = "E-5", buildsOn = "W")
  void trimmed_extentsOfZeroes_readAsZeroes() throws IOException {
    Io io = open();
    needsExtents(io);
    Range ground = ground(io);
    applies(io.next().canTrim(), "canTrim is false");
    io.write(written.bytes(ground.offset(), (int) ground.length()), ground.offset());
    io.trim(ground.offset(), ground.length(), Flags.NONE);
    zeroesAreTrue(io, ground);
  }

  @Test
  @Rule({"E-5", "E-2", "E-4"})
  void onlyOneExtentWanted_content_readsAsItSays() throws IOException {
    Io io = open();
    needsExtents(io);
    Range head = head(io);
    long at = head.offset();
    for (int i = 0; i < 64 && at < head.end(); i++) {
      Extent one = io.extents(at, head.end() - at, Flags.of(Flag.REQ_ONE)).getFirst();
      zeroIsTrue(io, one);
      at = one.offset() + one.length();
    }
  }

  @Test
  @Rule("E-6")
  void onlyOneExtentWanted_firstByte_isDescribed() throws IOException {
    Io io = open();
    needsExtents(io);
    Range head = head(io);
    List<Extent> one = io.extents(head.offset(), head.length(), Flags.of(Flag.REQ_ONE));
    BrokenRule.unless(
        !one.isEmpty() && one.getFirst().offset() == head.offset(), "E-6", "answered %s", one);
  }

  @Test
  @Rule("E-8")
  void noExtents_all_isData() throws IOException {
    Io io = open();
    applies(!io.next().canExtents(), "canExtents is true");
    Range head = head(io);
    for (Extent extent : io.extents(head.offset(), head.length(), Flags.NONE)) {
      BrokenRule.unless(
          extent.type() == ExtentType.DATA, "E-8", "%s though canExtents is false", extent);
    }
  }

  /** Ask about ranges all over the export and judge what the layer itself answered. */
  private void judged() throws IOException {
    Stage stage = start();
    Io io = stage.open();
    needsExtents(io);
    long size = io.next().size();
    Range all = new Range(0, size);
    applies(size > 0, "the export is empty");
    List<Function<Range, Range>> cuts =
        List.of(r -> r, r -> r.first(1), r -> r.last(1), r -> r.last(4097), r -> r.first(65537));
    for (Function<Range, Range> cut : cuts) {
      Range range = cut.apply(all);
      long at = range.offset();
      for (int i = 0; i < 64 && at < range.end(); i++) {
        int before = stage.watch().size();
        List<Extent> extents = io.extents(at, range.end() - at, Flags.NONE);
        for (Call call : stage.watch().since(before, call -> call.name.equals("extents"))) {
          Finding.ofExtents(call.toString(), call, size)
              .ifPresent(broken -> {
                throw broken;
              });
        }
        at = extents.getLast().offset() + extents.getLast().length();
      }
    }
  }

  /** Check every extent said to read as zeroes in a range. */
  private static void zeroesAreTrue(Io io, Range range) {
    long at = range.offset();
    while (at < range.end()) {
      for (Extent extent : io.extents(at, range.end() - at, Flags.NONE)) {
        zeroIsTrue(io, extent);
        at = extent.offset() + extent.length();
      }
    }
  }

  /** Check an extent if it is said to read as zeroes. */
  private static void zeroIsTrue(Io io, Extent extent) {
    if (extent.type().readsAsZeroes()) {
      byte[] content = io.pread(extent.offset(), (int) extent.length());
      same(new byte[content.length], content, extent.offset(), "E-5", "said to be " + extent);
    }
  }

  private static void needsExtents(Io io) throws IOException {
    applies(io.next().canExtents(), "canExtents is false");
  }
}
