package nbdj.tck.blackbox;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import nbdj.client.ExportFlag;
import nbdj.client.NbdClientException;
import nbdj.client.NbdServerException;
import nbdj.tck.Breach;
import nbdj.tck.Pattern;
import nbdj.tck.Range;
import nbdj.tck.Rule;
import org.junit.jupiter.api.Test;

/** Many requests and many clients at once, some of whom leave in the middle. */
abstract class CrowdChapter extends Chapter {
  private static final int IN_FLIGHT = 64;
  private static final int CLIENTS = 4;

  private final Pattern pattern = new Pattern(15);

  CrowdChapter(BlackBox box) {
    super(box);
  }

  @Test
  @Rule("T-6")
  void manyRequestsUnderWay_eachDoesItsOwn() throws IOException {
    Disk disk = open();
    Range ground = ground(disk);
    int piece = (int) Math.max(1, ground.length() / IN_FLIGHT);
    for (int round = 0; round < 3; round++) {
      Pattern written = new Pattern(round);
      List<CompletableFuture<Void>> writes = new ArrayList<>();
      for (int i = 0; i < ground.length() / piece; i++) {
        long at = ground.offset() + (long) i * piece;
        ByteBuffer bytes = ByteBuffer.wrap(written.bytes(at, piece));
        writes.add(disk.ask("write", c -> c.writeAsync(bytes, at)));
      }
      finished("a write among many", writes);
      List<CompletableFuture<Void>> reads = new ArrayList<>();
      List<ByteBuffer> contents = new ArrayList<>();
      for (int i = 0; i < ground.length() / piece; i++) {
        long at = ground.offset() + (long) i * piece;
        ByteBuffer content = ByteBuffer.allocate(piece);
        contents.add(content);
        reads.add(disk.ask("read", c -> c.readAsync(content, at)));
      }
      finished("a read among many", reads);
      for (int i = 0; i < contents.size(); i++) {
        long at = ground.offset() + (long) i * piece;
        same(written.bytes(at, piece), contents.get(i).array(), at, "T-6", "many at once");
      }
    }
  }

  private static void finished(String name, List<CompletableFuture<Void>> futures) {
    for (CompletableFuture<Void> future : futures) {
      try {
        future.join();
      } catch (CompletionException e) {
        if (e.getCause() instanceof NbdServerException failed) {
          throw Breach.of(
              "C-5", "%s was offered and failed: %s".formatted(name, failed.getMessage()), failed);
        }
        if (e.getCause() instanceof NbdClientException failed) {
          throw Disk.finding(name, failed);
        }
        throw e;
      }
    }
  }

  @Test
  @Rule({"W-3", "W-2", "W-4", "W-5", "W-8", "E-5"})
  void severalClients_eachInItsOwnWindow_agreeWithTheirModels() throws Exception {
    Served served = serve();
    Disk first = open(served);
    Range ground = ground(first);
    long window = ground.length() / CLIENTS;
    applies(window >= 16, "the export is too small for several clients");
    long seed = box.settings().printedSeed();
    List<FutureTask<Boolean>> runs = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      Disk disk = i == 0 ? first : openAnother(served);
      RandomRun run =
          new RandomRun(disk, new Range(ground.offset() + i * window, window), seed + i);
      runs.add(
          new FutureTask<>(() -> {
            run.go(box.settings().rounds() / CLIENTS);
            return true;
          }));
    }
    runs.forEach(run -> Thread.ofPlatform().daemon().name("black-box-client").start(run));
    for (FutureTask<Boolean> run : runs) {
      try {
        run.get();
      } catch (ExecutionException e) {
        if (e.getCause() instanceof AssertionError finding) {
          throw finding;
        }
        throw e;
      }
    }
  }

  @Test
  @Rule("C-6")
  void multiConn_flushedOnOne_isSeenOnTheOther() throws IOException {
    Served served = serve();
    Disk one = open(served);
    applies(one.has(ExportFlag.CAN_MULTI_CONN), "the export does not offer CAN_MULTI_CONN");
    Range range = Ranges.first(ground(one), 8192);
    Disk other = openAnother(served);
    if (one.size() != other.size() || !one.export().flags().equals(other.export().flags())) {
      throw Breach.of(
          "C-6", "one connection is told %s, another %s".formatted(one.export(), other.export()));
    }
    for (int round = 0; round < 3; round++) {
      other.read(range);
      byte[] bytes = new Pattern(round).bytes(range.offset(), (int) range.length());
      one.write(bytes, range.offset());
      if (one.has(ExportFlag.SEND_FLUSH)) {
        one.flush();
      }
      same(bytes, other.read(range), range.offset(), "C-6", "on a second connection");
    }
  }

  @Test
  @Rule("T-7")
  void clientThatStopsInsideAWrite_holdsNobodyUp() throws IOException {
    Served served = serve();
    Disk disk = open(served);
    Range ground = ground(disk);
    applies(!served.takesTurns(), "the thread model is SERIALIZE_CONNECTIONS");
    int count = (int) Math.max(2, ground.length() / 2);
    byte[] before = pattern.bytes(ground.offset(), (int) ground.length());
    disk.write(before, ground.offset());
    try (RawSocket stalled = connectRaw(served)) {
      stalled.open(box.exportName());
      stalled.beginWrite(ground.offset(), count, new byte[count / 2]);
      goesOn(disk, ground, "while another client has sent half of a write");
    }
    goesOn(disk, ground, "after another client hung up in the middle of a write");
    goesOn(openAnother(served), ground, "on a new connection, after a client hung up");
  }

  /** Check that the second half of the ground, which nobody else writes to, can be used. */
  private static void goesOn(Disk disk, Range ground, String when) {
    Range half = Ranges.last(ground, ground.length() / 2);
    byte[] bytes = new Pattern(when.length()).bytes(half.offset(), (int) half.length());
    try {
      disk.write(bytes, half.offset());
      same(bytes, disk.read(half), half.offset(), "T-7", when);
    } catch (AssertionError e) {
      throw Breach.of("T-7", "%s: %s".formatted(when, e.getMessage()), e);
    }
  }

  @Test
  @Rule("W-3")
  void clientThatLeavesWithRequestsUnderWay_harmsNothingElse() throws IOException {
    Served served = serve();
    Disk first = open(served);
    Range ground = ground(first);
    applies(
        first.has(ExportFlag.CAN_MULTI_CONN) || box.keepsContent(),
        "connections need not see each other's writes: CAN_MULTI_CONN is not offered");
    byte[] before = pattern.bytes(ground.offset(), (int) ground.length());
    first.write(before, ground.offset());
    if (first.has(ExportFlag.SEND_FLUSH)) {
      first.flush();
    }
    first.client().close();
    Disk leaving = open(served);
    same(before, leaving.read(ground), ground.offset(), "C-6", "on the next connection");
    int half = (int) ground.length() / 2;
    for (int i = 0; i < 8; i++) {
      ByteBuffer bytes = ByteBuffer.wrap(new Pattern(i).bytes(ground.offset(), half));
      leaving.ask("write", c -> c.writeAsync(bytes, ground.offset()));
      leaving.ask("read", c -> c.readAsync(ByteBuffer.allocate(half), ground.offset()));
    }
    leaving.client().abort();
    Disk next = open(served);
    Range untouched = Ranges.last(ground, ground.length() - half);
    byte[] expected = pattern.bytes(untouched.offset(), (int) untouched.length());
    byte[] actual = next.read(untouched);
    same(expected, actual, untouched.offset(), "W-3", "after a client left");
  }

  @Test
  @Rule("X-4")
  void manyClients_oneAfterTheOther_areServed() throws IOException {
    Served served = serve();
    for (int i = 0; i < 20; i++) {
      Disk disk = open(served);
      if (disk.size() > 0) {
        disk.read(0, 1);
      }
      if (i % 2 == 0) {
        disk.client().close();
      } else {
        disk.client().abort();
      }
    }
  }
}
