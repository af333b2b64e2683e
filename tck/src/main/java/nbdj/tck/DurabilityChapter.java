package nbdj.tck;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import nbdj.api.Flag;
import nbdj.api.Flags;
import nbdj.api.Support;
import org.junit.jupiter.api.Test;

/** Flush and FUA. */
abstract class DurabilityChapter extends Chapter {
  // Another one for each test, so that what an earlier one has left is not taken for its work.
  private final Pattern flushed = pattern(41);
  private final Pattern forced = pattern(42);
  private final Pattern zeroed = pattern(43);

  DurabilityChapter(LayerContract contract) {
    super(contract);
  }

  @Test
  @Rule(value = "W-11", buildsOn = "W-2")
  void flushed_stopAndStart_contentIsThere() throws IOException {
    survives(
        (io, bytes, offset) -> {
          io.write(bytes, offset);
          applies(io.next().canFlush(), "canFlush is false");
          io.flush();
        },
        flushed,
        "W-11");
  }

  @Test
  @Rule(value = "W-6", buildsOn = "W-2")
  void writtenWithFua_stopAndStart_contentIsThere() throws IOException {
    survives(
        (io, bytes, offset) -> {
          applies(io.next().canFua().available(), "canFua is NONE");
          io.write(bytes, offset, Flags.of(Flag.FUA));
        },
        forced,
        "W-6");
  }

  @Test
  @Rule("W-6")
  void fuaEmulated_layer_isFlushedInsteadAndNeverSeesFua() throws IOException {
    Stage stage = start();
    Io io = stage.open();
    Range ground = ground(io);
    applies(io.next().canFua() == Support.EMULATE, "canFua is not EMULATE");
    int before = stage.watch().size();
    io.write(forced.bytes(ground.offset(), 16), ground.offset(), Flags.of(Flag.FUA));
    List<Call> calls = stage.watch().since(before, call -> call.name.matches("pwrite|flush"));
    BrokenRule.unless(
        !calls.isEmpty()
            && calls.getLast().name.equals("flush")
            && calls.stream().noneMatch(call -> call.flags.has(Flag.FUA)),
        "W-6",
        "an emulated FUA became %s",
        calls);
  }

  @Test
  @Rule(
      value = "W-11",
      buildsOn = {"W-2", "W-3", "W-4"})
  void zeroedAndFlushed_stopAndStart_zeroesAreThere() throws IOException {
    survives(
        (io, bytes, offset) -> {
          applies(io.next().canFlush(), "canFlush is false");
          zeroes(io, bytes, offset, Flags.NONE);
          io.flush();
        },
        zeroed,
        "W-11");
  }

  @Test
  @Rule(
      value = "W-6",
      buildsOn = {"W-2", "W-3", "W-4", "W-11"})
  void zeroedWithFua_stopAndStart_zeroesAreThere() throws IOException {
    survives(
        (io, bytes, offset) -> {
          applies(io.next().canFua().available(), "canFua is NONE");
          zeroes(io, bytes, offset, Flags.of(Flag.FUA));
        },
        zeroed,
        "W-6");
  }

  /** Zero all but the first and last byte of what was durable before. */
  private static void zeroes(Io io, byte[] bytes, long offset, Flags flags) throws IOException {
    applies(io.next().canZero().available(), "canZero is NONE");
    io.write(bytes, offset);
    if (io.next().canFlush()) {
      io.flush();
    }
    io.zero(offset + 1, bytes.length - 2, flags);
    Arrays.fill(bytes, 1, bytes.length - 1, (byte) 0);
  }

  /** A way to write durably. What is to be found again is put into the bytes. */
  @FunctionalInterface
  private interface Writing {
    void write(Io io, byte[] bytes, long offset) throws IOException;
  }

  private void survives(Writing writing, Pattern written, String rule) throws IOException {
    applies(contract.keepsContent(), "keepsContent() is false");
    Stage stage = start();
    Io io = stage.open();
    Range range = ground(io).first(10_000);
    byte[] bytes = written.bytes(range.offset(), (int) range.length());
    writing.write(io, bytes, range.offset());
    stage.close();

    Io again = keep(contract.stageAfter(stage)).start().open();
    same(bytes, again.pread(range), range.offset(), rule, "after a new start");
  }
}
