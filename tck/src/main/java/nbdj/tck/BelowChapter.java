package nbdj.tck;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import nbdj.api.Flag;
import nbdj.api.Flags;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Filters over a device that fails or lacks something. */
abstract class BelowChapter extends Chapter {
  private static final Set<String> READS = Set.of("read", "pread");
  private static final Set<String> WRITES = Set.of("pwrite", "zero", "trim");

  private final FilterContract filter;
  private final Pattern written = new Pattern(61);
  private final AtomicBoolean failing = new AtomicBoolean();
  private final AtomicInteger failed = new AtomicInteger();

  BelowChapter(FilterContract contract) {
    super(contract);
    this.filter = contract;
  }

  @Test
  @Rule("X-1")
  void readFailsBelow_read_failsAndWorksLater() throws IOException {
    Stage stage = failingIn(READS);
    Io io = stage.open();
    Range head = head(io);
    byte[] expected = io.pread(head);

    failing.set(true);
    Answer answer = new Answer();
    try {
      io.next().read(head.offset(), head.length(), answer);
      same(expected, answer.bytes(), head.offset(), "X-1", "read while the device fails");
    } catch (IOException failure) {
      BrokenRule.unless(failed.get() > 0, "C-5", "a read failed: %s", failure.getMessage());
    }
    failing.set(false);

    same(expected, io.pread(head), head.offset(), "X-1", "read after the device failed");
    nothingUnchecked(stage);
  }

  @Test
  @Rule("X-1")
  void writeFailsBelow_writeOrFlush_fails() throws IOException {
    Stage stage = failingIn(WRITES);
    Io io = stage.open();
    Range range = ground(io).first(8192);
    byte[] before = io.pread(range);
    byte[] bytes = written.bytes(range.offset(), (int) range.length());
    boolean told = false;

    failing.set(true);
    try {
      io.next().pwrite(written.direct(range.offset(), bytes.length), range.offset(), Flags.NONE);
      if (io.next().canFlush()) {
        io.next().flush();
      }
    } catch (IOException failure) {
      told = true;
    }
    failing.set(false);

    byte[] now = io.pread(range);
    BrokenRule.unless(
        told || (Arrays.equals(bytes, now) && failed.get() == 0),
        "X-1",
        "%d writes failed below and nobody was told",
        failed.get());
    for (int i = 0; told && i < now.length; i++) {
      BrokenRule.unless(
          now[i] == before[i] || now[i] == bytes[i],
          "X-1",
          "the byte at %d was never written",
          range.offset() + i);
    }
    nothingUnchecked(stage);
  }

  @Test
  @Rule("X-1")
  void flushFailsBelow_flush_fails() throws IOException {
    Stage stage = failingIn(Set.of("flush"));
    Io io = stage.open();
    Range range = ground(io).first(4096);
    applies(io.next().canFlush(), "canFlush is false");
    io.write(written.bytes(range.offset(), (int) range.length()), range.offset());
    boolean told = false;

    failing.set(true);
    try {
      io.next().flush();
    } catch (IOException failure) {
      told = true;
    }
    failing.set(false);

    BrokenRule.unless(told || failed.get() == 0, "X-1", "a flush failed below without a word");
    nothingUnchecked(stage);
  }

  @ParameterizedTest
  @EnumSource(Feature.class)
  @Rule("C-5")
  void deviceLacks_filter_offersOnlyWhatWorks(Feature lacking) throws IOException {
    Stage stage = keep(filter.stage(new ReferencePlugin(filter.newDevice()).without(lacking)));
    Io io;
    try {
      io = stage.start().open();
    } catch (IOException refusal) {
      refusedWell(stage, refusal);
      return;
    }
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
    nothingUnchecked(stage);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 513})
  @Rule("C-5")
  void deviceIsSmall_filter_refusesOrServesIt(long size) throws IOException {
    Stage stage = keep(filter.stage(new ReferencePlugin(new ReferenceDevice(size))));
    try {
      Io io = stage.start().open();
      if (io.next().size() > 0) {
        io.pread(head(io));
      }
    } catch (IOException refusal) {
      refusedWell(stage, refusal);
    }
    nothingUnchecked(stage);
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

  /** Serve the filter over a device whose operations of some names fail while {@link #failing}. */
  private Stage failingIn(Set<String> operations) throws IOException {
    Stage stage = start();
    stage
        .device()
        .withHook(operation -> {
          if (failing.get() && operations.contains(operation)) {
            failed.incrementAndGet();
            throw new NbdException(NbdError.EIO, "the device below fails");
          }
        });
    return stage;
  }

  private static void refusedWell(Stage stage, IOException refusal) {
    BrokenRule.unless(
        refusal.getMessage() != null && !refusal.getMessage().isBlank(),
        "X-6",
        "the filter refused the device without a message");
    nothingUnchecked(stage);
  }

  private static void nothingUnchecked(Stage stage) {
    List<Call> faults =
        stage
            .watch()
            .since(0, call -> call.failure != null && !(call.failure instanceof IOException));
    for (Call fault : faults) {
      throw new BrokenRule("X-3", "%s threw %s".formatted(fault, fault.failure), fault.failure);
    }
  }
}
