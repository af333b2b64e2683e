package nbdj.tck;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import nbdj.api.Flags;
import nbdj.api.ThreadModel;
import org.junit.jupiter.api.Test;

/** Writing. */
abstract class WritingChapter extends Chapter {
  private final Pattern before = pattern(11);
  private final Pattern written = pattern(12);

  WritingChapter(LayerContract contract) {
    super(contract);
  }

  @Test
  @Rule("W-2")
  void written_readOnTheSameHandle_seesIt() throws IOException {
    Io io = open();
    Range ground = ground(io);
    for (int count = 1; count <= ground.length(); count = count * 3 + 1) {
      long offset = ground.offset() + (ground.length() - count) / 2;
      byte[] bytes = written.bytes(offset, count);
      io.write(bytes, offset);
      same(bytes, io.pread(offset, count), offset, "W-2", "after a write");
      same(bytes, io.read(offset, count), offset, "W-2", "after a write, by read");
    }
  }

  @Test
  @Rule(
      value = "W-2",
      buildsOn = {"N", "X-4"})
  void written_readOnAnotherHandle_seesItWhereItMayMultiConn() throws IOException {
    Stage stage = start();
    Io io = stage.open();
    Range range = ground(io).first(1000);
    applies(io.next().canMultiConn(), "canMultiConn is false");
    needsManyHandles(stage);
    byte[] bytes = written.bytes(range.offset(), (int) range.length());
    io.write(bytes, range.offset());
    same(bytes, stage.open().pread(range), range.offset(), "W-2", "on a later handle");
  }

  @Test
  @Rule(value = "W-3", buildsOn = "W-2")
  void written_neighbours_areUnchanged() throws IOException {
    Io io = open();
    Range ground = ground(io);
    byte[] all = before.bytes(ground.offset(), (int) ground.length());
    io.write(all, ground.offset());
    int third = (int) ground.length() / 3;
    byte[] bytes = written.bytes(ground.offset() + third, third);
    io.write(bytes, ground.offset() + third);
    System.arraycopy(bytes, 0, all, third, third);
    same(all, io.pread(ground), ground.offset(), "W-3", "beside a write");
  }

  @Test
  @Rule(value = "W-3", buildsOn = "W-2")
  void moreThanTwoGib_writtenFarApart_isAllThere() throws IOException {
    Io io = open();
    needsWrite(io);
    Range all = contract.writable(io.next().size());
    applies(all.length() >= 3L << 30, "less than 3 GiB are writable");
    List<Range> places = new ArrayList<>(List.of(all.first(8192), all.last(1000)));
    for (long limit : new long[] {1L << 31, 1L << 32}) {
      // Where an int, signed or not, ends; and a place that it takes for the beginning.
      places.add(new Range(limit - 500, 1000));
      places.add(new Range(limit + 4096, 1000));
    }
    places.removeIf(place -> place.offset() < all.offset() || place.end() > all.end());
    for (Range place : places) {
      byte[] bytes = written.bytes(place.offset(), (int) place.length());
      io.write(bytes, place.offset());
      same(bytes, io.pread(place), place.offset(), "W-2", "after a write beyond 2 GiB");
    }
    for (Range place : places) {
      byte[] bytes = written.bytes(place.offset(), (int) place.length());
      same(bytes, io.pread(place), place.offset(), "W-3", "after writes 2 or 4 GiB further on");
    }
  }

  @Test
  @Rule(
      value = {"S-1", "S-4"},
      buildsOn = {"W-2", "W-3"})
  void writtenFromASource_readBack_isWhatPwriteWouldHaveWritten() throws IOException {
    Io io = open();
    Range ground = ground(io);
    byte[] all = before.bytes(ground.offset(), (int) ground.length());
    for (int count = 1; count <= ground.length(); count = count * 3 + 1) {
      long offset = ground.offset() + (ground.length() - count) / 2;
      io.write(all, ground.offset());
      byte[] bytes = written.bytes(offset, count);
      io.write(GivenBytes.all(bytes), offset, count, Flags.NONE);
      byte[] expected = all.clone();
      System.arraycopy(bytes, 0, expected, (int) (offset - ground.offset()), count);
      same(expected, io.pread(ground), ground.offset(), "S-4", "after a write from a source");
    }
  }

  @Test
  @Rule(
      value = "S-4",
      buildsOn = {"W-2", "W-3"})
  void sourceThatBreaksOff_write_failsAndTheHandleGoesOn() throws IOException {
    Io io = open();
    Range ground = ground(io);
    byte[] all = before.bytes(ground.offset(), (int) ground.length());
    int third = (int) ground.length() / 3;
    io.write(all, ground.offset());
    byte[] bytes = written.bytes(ground.offset() + third, third);
    boolean failed = false;
    try {
      io.next()
          .write(ground.offset() + third, third, GivenBytes.first(third / 2, bytes), Flags.NONE);
    } catch (IOException e) {
      failed = true;
    }
    BrokenRule.unless(failed, "S-4", "a write whose source broke off succeeded");
    same(
        Arrays.copyOf(all, third),
        io.pread(ground.offset(), third),
        ground.offset(),
        "S-4",
        "before a write whose source broke off");
    io.write(bytes, ground.offset() + third);
    System.arraycopy(bytes, 0, all, third, third);
    same(all, io.pread(ground), ground.offset(), "S-4", "after it was written again");
  }

  @Test
  @Rule(value = "S-3", buildsOn = "S-4")
  void sourceThatWaits_otherRequests_doNot() throws IOException, InterruptedException {
    Stage stage = start();
    Io io = stage.open();
    Range ground = ground(io);
    applies(stage.chain().threadModel() == ThreadModel.PARALLEL, "it is not parallel");
    byte[] all = before.bytes(ground.offset(), (int) ground.length());
    int half = (int) ground.length() / 2;
    io.write(all, ground.offset());
    CompletableFuture<Boolean> waits = new CompletableFuture<>();
    CompletableFuture<Boolean> comes = new CompletableFuture<>();
    GivenBytes slow =
        GivenBytes.all(
            written.bytes(ground.offset(), half),
            () -> {
              waits.complete(true);
              comes.join();
            });
    FutureTask<Boolean> write =
        begin(
            "slow-source",
            () -> {
              io.write(slow, ground.offset(), half, Flags.NONE);
              return true;
            });
    try {
      result("S-1", begin("source-begun", waits::get));
      result(
          "S-3",
          begin(
              "beside-source",
              () -> {
                io.pread(ground);
                io.write(all, ground.offset());
                return true;
              }));
    } finally {
      comes.complete(true);
    }
    result("S-3", write);
  }

  @Test
  @Rule(value = "W-12", buildsOn = "W-2")
  void bufferReusedAfterWrite_content_isWhatWasWritten() throws IOException {
    Io io = open();
    Range range = ground(io).first(4096);
    byte[] bytes = written.bytes(range.offset(), (int) range.length());
    for (boolean direct : new boolean[] {true, false}) {
      ByteBuffer buffer =
          (direct ? ByteBuffer.allocateDirect(bytes.length) : ByteBuffer.allocate(bytes.length))
              .put(bytes)
              .flip();
      io.write(buffer, range.offset(), Flags.NONE);
      BrokenRule.unless(!buffer.hasRemaining(), "W-12", "%d bytes are left", buffer.remaining());
      buffer.clear();
      while (buffer.hasRemaining()) {
        buffer.put((byte) ~buffer.get(buffer.position()));
      }
      same(bytes, io.pread(range), range.offset(), "W-12", "after the buffer changed");
    }
  }

  @Test
  @Rule(value = "W-12", buildsOn = "W-2")
  void bufferWithinABuffer_write_takesPositionToLimitOnly() throws IOException {
    Io io = open();
    Range range = ground(io).first(3000);
    byte[] bytes = written.bytes(range.offset(), (int) range.length());
    ByteBuffer buffer = ByteBuffer.allocate(bytes.length + 20);
    buffer.position(7).put(bytes).flip().position(7);
    io.write(buffer, range.offset(), Flags.NONE);
    same(bytes, io.pread(range), range.offset(), "W-12", "from the middle of a buffer");
  }
}
