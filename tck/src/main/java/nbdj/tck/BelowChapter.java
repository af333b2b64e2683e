package nbdj.tck;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import nbdj.api.Flag;
import nbdj.api.Flags;
import nbdj.api.NbdError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Filters over a device that fails, lacks something or is small. */
abstract class BelowChapter extends FilterChapter {
  private final Pattern written = pattern(61);

  BelowChapter(FilterContract contract) {
    super(contract);
  }

  @Test
  @Rule(value = "X-1", buildsOn = "R")
  void readFailsBelow_read_failsAndWorksLater() throws IOException {
    Breakdown breakdown = Breakdown.of(Breakdown.READS, NbdError.EIO);
    Stage stage = started(breakdown);
    Io io = stage.open();
    Range head = head(io);
    byte[] expected = io.pread(head);

    breakdown.begin();
    Answer answer = new Answer();
    try {
      io.next().read(head.offset(), head.length(), answer);
      same(expected, answer.bytes(), head.offset(), "X-1", "read while the device fails");
    } catch (IOException failure) {
      BrokenRule.unless(breakdown.failed() > 0, "C-5", "a read failed: %s", failure.getMessage());
    }
    breakdown.end();

    same(expected, io.pread(head), head.offset(), "X-1", "read after the device failed");
    wellBehaved(stage);
  }

  @Test
  @Rule(value = "X-1", buildsOn = "W")
  void writeFailsBelow_writeOrFlush_fails() throws IOException {
    Breakdown breakdown = Breakdown.of(Breakdown.WRITES, NbdError.EIO);
    Stage stage = started(breakdown);
    Io io = stage.open();
    Range range = ground(io).first(8192);
    byte[] before = io.pread(range);
    byte[] bytes = written.bytes(range.offset(), (int) range.length());
    boolean told = false;

    breakdown.begin();
    try {
      io.next().pwrite(written.direct(range.offset(), bytes.length), range.offset(), Flags.NONE);
      if (io.next().canFlush()) {
        io.next().flush();
      }
    } catch (IOException failure) {
      told = true;
    }
    breakdown.end();

    byte[] now = io.pread(range);
    boolean kept = Arrays.equals(bytes, now);
    BrokenRule.unless(
        told || (kept && (breakdown.failed() == 0 || filter.survivesErrors())),
        "X-1",
        "%d writes failed below and nobody was told",
        breakdown.failed());
    for (int i = 0; told && i < now.length; i++) {
      BrokenRule.unless(
          now[i] == before[i] || now[i] == bytes[i],
          "X-1",
          "the byte at %d was never written",
          range.offset() + i);
    }
    if (filter.survivesErrors() && told) {
      needless("survivesErrors() could be false: a write that fails below fails");
    }
    wellBehaved(stage);
  }

  @Test
  @Rule("X-1")
  void flushFailsBelow_flush_fails() throws IOException {
    Breakdown breakdown = Breakdown.of(Set.of("flush"), NbdError.EIO);
    Stage stage = started(breakdown);
    Io io = stage.open();
    Range range = ground(io).first(4096);
    applies(io.next().canFlush(), "canFlush is false");
    io.write(written.bytes(range.offset(), (int) range.length()), range.offset());
    boolean told = false;

    breakdown.begin();
    try {
      io.next().flush();
    } catch (IOException failure) {
      told = true;
    }
    breakdown.end();

    BrokenRule.unless(
        told || breakdown.failed() == 0 || filter.survivesErrors(),
        "X-1",
        "a flush failed below without a word");
    wellBehaved(stage);
  }

  @ParameterizedTest
  @EnumSource(Feature.class)
  @Rule(
      value = {"C-5", "F-1"},
      buildsOn = "W")
  void deviceLacks_filter_offersOnlyWhatWorks(Feature lacking) throws IOException {
    offersOnlyWhatWorks(lacking);
  }

  @Test
  @Rule(
      value = {"C-5", "F-1"},
      buildsOn = "W")
  void deviceLacksFlushAndFua_filter_offersOnlyWhatWorks() throws IOException {
    offersOnlyWhatWorks(Feature.FLUSH, Feature.FUA);
  }

  private void offersOnlyWhatWorks(Feature... lacking) throws IOException {
    Stage stage = over(reference().without(lacking));
    Io io = openUnlessRefused(stage, "a device without " + List.of(lacking));
    Range head = head(io);
    io.pread(head);
    if (io.next().canExtents()) {
      io.extents(head.offset(), head.length(), Flags.NONE);
    }
    if (io.next().canCache().available()) {
      io.cache(head.offset(), head.length());
    }
    if (io.next().canFlush()) {
      io.flush();
    }
    if (io.next().canWrite()) {
      changes(io);
    }
    stage.close();
    wellBehaved(stage);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 511, 513, 100_003})
  @Rule(
      value = {"C-5", "C-1"},
      buildsOn = "C-1")
  void deviceIsSmall_filter_refusesOrServesIt(long size) throws IOException {
    ReferenceDevice device = new ReferenceDevice(size);
    device.write(written.direct(0, (int) size), 0);
    Stage stage = over(new ReferencePlugin(device));
    Io io = openUnlessRefused(stage, "a device of %d bytes".formatted(size));
    if (filter.addressMap(filter.deviceSize()).isPresent()) {
      Mapped map = new Mapped(filter.addressMap(size).orElseThrow());
      long mapped = map.map().size();
      BrokenRule.unless(
          io.next().size() == mapped, "C-1", "size is %d, not %d", io.next().size(), mapped);
      map.content(device, new Range(0, mapped))
          .filter(expected -> mapped > 0)
          .ifPresent(
              expected -> same(expected, io.pread(0, (int) mapped), 0, "C-5", "a small device"));
    } else if (io.next().size() > 0) {
      io.pread(head(io));
    }
    Range end = lastBytes(io.next().size(), size);
    if (end.length() > 0 && io.next().canWrite()) {
      io.write(written.bytes(end.offset(), (int) end.length()), end.offset());
    }
    stage.close();
    wellBehaved(stage);
  }

  /** Get the last bytes that may be written to, and that a device of some size has room for. */
  private Range lastBytes(long size, long deviceSize) {
    Range writable = filter.writable(size);
    Range last = new Range(0, 0);
    if (filter.addressMap(filter.deviceSize()).isEmpty()) {
      last = writable;
    } else {
      Mapped map = new Mapped(filter.addressMap(deviceSize).orElseThrow());
      for (Mapped.Piece piece : map.pieces(writable)) {
        last = piece.run().kind() == AddressMap.Run.Kind.BELOW ? piece.range() : last;
      }
    }
    return last.last(3);
  }

  private void changes(Io io) throws IOException {
    Range range = ground(io).first(5000);
    byte[] bytes = written.bytes(range.offset(), (int) range.length());
    Flags fua = io.next().canFua().available() ? Flags.of(Flag.FUA) : Flags.NONE;
    io.write(bytes, range.offset(), fua);
    same(bytes, io.pread(range), range.offset(), "W-2", "after a write");
    if (io.next().canZero().available()) {
      io.zero(range.offset(), range.length(), fua);
      same(new byte[bytes.length], io.pread(range), range.offset(), "W-4", "after a zero");
    }
    if (io.next().canTrim()) {
      io.trim(range.offset(), range.length(), fua);
    }
  }
}
