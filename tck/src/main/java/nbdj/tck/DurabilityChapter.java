package nbdj.tck;

import java.io.IOException;
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

  DurabilityChapter(LayerContract contract) {
    super(contract);
  }

  @Test
  @Rule("W-11")
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
  @Rule("W-6")
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

  /** A way to write durably. */
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
