package nbdj.tck;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import nbdj.api.ExtentType;
import nbdj.api.Flags;
import nbdj.tck.AddressMap.Run;
import nbdj.tck.Mapped.Piece;
import org.junit.jupiter.api.Test;

/** Filters that move addresses: each operation against the address map that the author gives. */
abstract class MappingChapter extends FilterChapter {
  private static final int SEAMS = 50;
  private static final int CHANGES = 40;

  private final Pattern written = pattern(71);

  MappingChapter(FilterContract contract) {
    super(contract);
  }

  /** Changes a range of the export. */
  @FunctionalInterface
  private interface Change {
    void of(Range range) throws IOException;
  }

  @Test
  @Rule("C-1")
  void opened_size_isThatOfTheMap() throws IOException {
    Mapped map = map();
    long size = open().next().size();
    BrokenRule.unless(
        size == map.map().size(), "C-1", "size is %d, not %d", size, map.map().size());
  }

  @Test
  @Rule(value = "C-5", buildsOn = "C-1")
  void rangesAcrossSeams_read_areThoseOfTheMap() throws IOException {
    Mapped map = map();
    Stage stage = start();
    Io io = stage.open();
    for (Range range : rangesOf(map, new Range(0, map.map().size()))) {
      map.content(stage.device().device(), range)
          .ifPresent(expected ->
              same(expected, io.pread(range), range.offset(), "C-5", "read of " + range));
    }
  }

  @Test
  @Rule(
      value = "F-6",
      buildsOn = {"R", "W"})
  void written_device_isChangedWhereTheMapSays() throws IOException {
    Stage stage = start();
    Io io = stage.open();
    Range ground = wide(io);
    byte[] expected = content(stage);
    boolean[] unknown = new boolean[expected.length];
    Mapped map = map();
    changed(
        stage,
        ground,
        range -> {
          byte[] bytes = written.bytes(range.offset(), (int) range.length());
          io.write(bytes, range.offset());
          for (Piece piece : below(map, range)) {
            System.arraycopy(
                bytes,
                (int) (piece.offset() - range.offset()),
                expected,
                (int) piece.run().below(),
                (int) piece.run().length());
          }
        });
    compare(stage, expected, unknown, "written");
  }

  @Test
  @Rule(
      value = "F-6",
      buildsOn = {"R", "W"})
  void zeroed_device_isChangedWhereTheMapSays() throws IOException {
    Stage stage = start();
    Io io = stage.open();
    Range ground = wide(io);
    applies(io.next().canZero().available(), "canZero is NONE");
    byte[] expected = content(stage);
    Mapped map = map();
    changed(
        stage,
        ground,
        range -> {
          io.zero(range.offset(), range.length(), Flags.NONE);
          for (Piece piece : below(map, range)) {
            int from = (int) piece.run().below();
            Arrays.fill(expected, from, from + (int) piece.run().length(), (byte) 0);
          }
        });
    compare(stage, expected, new boolean[expected.length], "zeroed");
  }

  @Test
  @Rule(
      value = "F-6",
      buildsOn = {"R", "W"})
  void trimmed_device_isChangedWhereTheMapSays() throws IOException {
    Stage stage = start();
    Io io = stage.open();
    Range ground = wide(io);
    applies(io.next().canTrim(), "canTrim is false");
    byte[] expected = content(stage);
    boolean[] unknown = new boolean[expected.length];
    Mapped map = map();
    changed(
        stage,
        ground,
        range -> {
          io.trim(range.offset(), range.length(), Flags.NONE);
          for (Piece piece : below(map, range)) {
            int from = (int) piece.run().below();
            Arrays.fill(unknown, from, from + (int) piece.run().length(), true);
          }
        });
    compare(stage, expected, unknown, "trimmed");
  }

  @Test
  @Rule(
      value = "F-6",
      buildsOn = {"R", "W"})
  void cached_device_isAskedForWhatTheMapSays() throws IOException {
    Stage stage = start();
    Io io = stage.open();
    applies(io.next().canCache().available(), "canCache is NONE");
    Mapped map = map();
    for (Range range : rangesOf(map, new Range(0, map.map().size()))) {
      int before = stage.below().size();
      io.cache(range.offset(), range.length());
      List<Piece> allowed = below(map, range);
      for (Call call : stage.below().since(before, call -> call.name.equals("cache"))) {
        BrokenRule.unless(isIn(allowed, call), "F-6", "cache of %s became %s below", range, call);
      }
    }
  }

  private static boolean isIn(List<Piece> allowed, Call call) {
    long at = call.offset;
    for (boolean found = true; found && at < call.offset + call.count; ) {
      found = false;
      for (Piece piece : allowed) {
        long start = piece.run().below();
        if (at >= start && at < start + piece.run().length()) {
          at = start + piece.run().length();
          found = true;
        }
      }
    }
    return at >= call.offset + call.count;
  }

  @Test
  @Rule(
      value = {"F-6", "E-5"},
      buildsOn = {"R", "W", "E"})
  void extents_types_areThoseOfTheMap() throws IOException {
    Mapped map = map();
    Stage stage = start();
    Io io = stage.open();
    applies(io.next().canExtents(), "canExtents is false");
    long at = 0;
    while (at < map.map().size()) {
      for (Extent extent : io.extents(at, map.map().size() - at, Flags.NONE)) {
        judge(stage.device().device(), map, extent);
        at = extent.offset() + extent.length();
      }
    }
  }

  /** Check what is said of an extent against the pages of the device that it lies in. */
  private static void judge(ReferenceDevice device, Mapped map, Extent extent) {
    Range range = new Range(extent.offset(), extent.length());
    if (extent.type().readsAsZeroes()) {
      map.content(device, range)
          .ifPresent(bytes ->
              same(new byte[bytes.length], bytes, range.offset(), "E-5", "said to be " + extent));
    }
    for (Piece piece : below(map, range)) {
      long from = piece.run().below();
      long end = from + piece.run().length();
      for (long at = from; at < end; at = device.pageEnd(at)) {
        ExtentType type = device.typeAt(at);
        BrokenRule.unless(
            extent.type() == type || extent.type() == ExtentType.DATA,
            "F-6",
            "%s lies at %d below, which is %s",
            extent,
            from,
            type);
      }
    }
  }

  @Test
  @Rule(
      value = "F-6",
      buildsOn = {"C-1", "R", "W", "M"})
  void metadataContext_statuses_areThoseOfTheMap() throws IOException {
    applies(filter.addressMap(filter.deviceSize()).isPresent(), "addressMap() is unknown");
    Mapped map = new Mapped(filter.addressMap(filter.deviceSize()).orElseThrow());
    Stage stage = start();
    Io io = stage.open();
    // A filter of another size breaks another rule.
    long size = Math.min(map.map().size(), io.next().size());
    applies(
        size > 0 && io.next().metaContexts().contains(ReferenceDevice.CONTEXT),
        "metaContexts has none of the layer below");
    ReferenceDevice device = stage.device().device();
    for (MetaExtent extent : io.metaExtents(ReferenceDevice.CONTEXT, 0, size, Flags.NONE)) {
      for (Piece piece : below(map, new Range(extent.offset(), extent.length()))) {
        long from = piece.run().below();
        long end = from + piece.run().length();
        for (long at = from; at < end; at = device.statusEnd(at)) {
          BrokenRule.unless(
              extent.status() == device.statusAt(at),
              "F-6",
              "%s lies at %d below, where the status is %d",
              extent,
              at,
              device.statusAt(at));
        }
      }
    }
  }

  private Mapped map() {
    applies(filter.addressMap(filter.deviceSize()).isPresent(), "addressMap() is unknown");
    applies(filter.movesAddresses(), "addressMap() moves no address");
    return new Mapped(filter.addressMap(filter.deviceSize()).orElseThrow());
  }

  /** Get all that may be written to. */
  private Range wide(Io io) throws IOException {
    map();
    needsWrite(io);
    applies(filter.writesThrough(), "writesThrough() is false");
    Range wide = filter.writable(io.next().size());
    applies(wide.length() >= 16, "there are less than 16 bytes to write to");
    return wide;
  }

  private byte[] content(Stage stage) {
    return stage.device().device().bytes(0, (int) filter.deviceSize());
  }

  /** Change ranges, and end the chain so that nothing is held back. */
  private void changed(Stage stage, Range ground, Change change) throws IOException {
    List<Range> ranges = new ArrayList<>(rangesOf(map(), ground));
    Random random = new Random(settings().seed());
    for (int i = 0; i < CHANGES; i++) {
      long length = 1L + random.nextInt((int) Math.min(ground.length(), 20_000));
      long offset = ground.offset() + random.nextLong(ground.length() - length + 1);
      ranges.add(new Range(offset, length));
    }
    for (Range range : ranges) {
      change.of(range);
    }
    stage.close();
    wellBehaved(stage);
  }

  private void compare(Stage stage, byte[] expected, boolean[] unknown, String how) {
    byte[] actual = content(stage);
    for (int i = 0; i < actual.length; i++) {
      BrokenRule.unless(
          unknown[i] || actual[i] == expected[i],
          "F-6",
          "%s through the filter: the byte at %d of the device below is 0x%02x, not 0x%02x",
          how,
          i,
          actual[i],
          expected[i]);
    }
  }

  /** Get ranges at both ends and across the seams of the map that lie in a window. */
  private static List<Range> rangesOf(Mapped map, Range window) {
    List<Range> ranges = new ArrayList<>();
    if (window.length() == 0) {
      return ranges;
    }
    ranges.add(window.first(1));
    ranges.add(window.last(1));
    ranges.add(window.first(5000));
    ranges.add(window.last(5000));
    for (long seam : map.seams(SEAMS)) {
      if (seam - 3 >= window.offset() && seam + 5 <= window.end()) {
        ranges.add(new Range(seam - 3, 8));
      }
    }
    return ranges;
  }

  private static List<Piece> below(Mapped map, Range range) {
    return map.pieces(range).stream()
        .filter(piece -> piece.run().kind() == Run.Kind.BELOW)
        .toList();
  }
}
