package nbdj.tck;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import nbdj.api.Flag;
import nbdj.api.Flags;
import nbdj.api.NbdException;
import nbdj.api.Next;
import nbdj.api.Support;
import org.junit.jupiter.api.Test;

/** Size and capabilities: what is offered works, and what is not is refused. */
abstract class CapabilitiesChapter extends Chapter {
  /** An operation that may be refused. */
  @FunctionalInterface
  private interface Attempt {
    void on(Next next) throws IOException;
  }

  CapabilitiesChapter(LayerContract contract) {
    super(contract);
  }

  @Test
  @Rule("C-1")
  void opened_size_isPossibleAndAsExpected() throws IOException {
    Stage stage = start();
    long size;
    try {
      size = stage.open().next().size();
    } catch (IOException e) {
      throw new BrokenRule("C-1", "size failed: " + e.getMessage(), e);
    }
    BrokenRule.unless(size >= 0, "C-1", "size is %d", size);
    Optional<byte[]> expected = contract.expectedContent();
    BrokenRule.unless(
        expected.isEmpty() || expected.get().length == size,
        "C-1",
        "size is %d, not %d",
        size,
        expected.map(content -> content.length).orElse(0));
  }

  @Test
  @Rule("C-2")
  void served_questions_areAskedOnce() throws IOException {
    Stage stage = start();
    Next next = stage.open().next();
    for (int i = 0; i < 2; i++) {
      askAll(next);
    }
    List<Call> sizes = stage.watch().of("size");
    BrokenRule.unless(sizes.size() == 1, "C-2", "size was asked %d times", sizes.size());
  }

  @Test
  @Rule("C-5")
  void offered_writing_worksAtBothEnds() throws IOException {
    Io io = open();
    needsWrite(io);
    Range all = contract.writable(io.next().size());
    applies(all.length() > 0, "nothing is writable");
    for (Range end : List.of(all.first(1), all.last(1), all.first(4096), all.last(4096))) {
      byte[] bytes = pattern(end.length()).bytes(end.offset(), (int) end.length());
      io.write(bytes, end.offset());
      same(bytes, io.pread(end), end.offset(), "W-2", "after a write at the end");
    }
  }

  @Test
  @Rule("C-5")
  void offered_reading_worksAtBothEnds() throws IOException {
    Io io = open();
    long size = io.next().size();
    applies(size > 0, "the export is empty");
    Range all = new Range(0, size);
    for (Range end : List.of(all.first(1), all.last(1), all.first(4096), all.last(4096))) {
      io.pread(end);
    }
  }

  @Test
  @Rule("C-5")
  void offered_flush_works() throws IOException {
    Io io = open();
    applies(io.next().canFlush(), "canFlush is false");
    io.flush();
  }

  @Test
  @Rule("C-5")
  void offered_trim_works() throws IOException {
    Io io = open();
    Range ground = ground(io);
    applies(io.next().canTrim(), "canTrim is false");
    io.trim(ground.offset(), ground.length(), Flags.NONE);
    io.trim(ground.end() - 1, 1, Flags.NONE);
  }

  @Test
  @Rule("C-5")
  void offered_zero_worksWithEveryFlag() throws IOException {
    Io io = open();
    Range ground = ground(io);
    applies(io.next().canZero().available(), "canZero is NONE");
    io.zero(ground.offset(), ground.length(), Flags.NONE);
    io.zero(ground.offset(), ground.length(), Flags.of(Flag.MAY_TRIM));
    io.zero(ground.end() - 1, 1, Flags.NONE);
  }

  @Test
  @Rule("C-5")
  void offered_fua_worksWithEveryOperation() throws IOException {
    Io io = open();
    Range ground = ground(io);
    applies(io.next().canFua().available(), "canFua is NONE");
    Flags fua = Flags.of(Flag.FUA);
    io.write(pattern(1).bytes(ground.offset(), 16), ground.offset(), fua);
    if (io.next().canZero().available()) {
      io.zero(ground.offset(), 16, fua);
    }
    if (io.next().canTrim()) {
      io.trim(ground.offset(), 16, fua);
    }
  }

  @Test
  @Rule("C-5")
  void offered_cache_worksAndChangesNothing() throws IOException {
    Io io = open();
    Range head = head(io);
    applies(io.next().canCache().available(), "canCache is NONE");
    byte[] before = io.pread(head);
    io.cache(head.offset(), head.length());
    same(before, io.pread(head), head.offset(), "R-3", "after cache");
  }

  @Test
  @Rule("C-5")
  void emulationAnswered_whatItTakes_isOffered() throws IOException {
    Stage stage = start();
    askAll(stage.open().next());
    Map<String, String> answers = stage.watch().answers();
    emulates(answers, "canFua", "canFlush");
    emulates(answers, "canZero", "canWrite");
  }

  private static void emulates(Map<String, String> answers, String what, String by) {
    boolean emulated = Support.EMULATE.name().equals(answers.get(what));
    BrokenRule.unless(
        !emulated || "true".equals(answers.get(by)),
        "C-5",
        "%s is EMULATE, and %s false",
        what,
        by);
  }

  @Test
  @Rule("C-3")
  void notOffered_operations_areRefusedBeforeTheLayerSeesThem() throws IOException {
    Stage stage = start();
    Io io = stage.open();
    Range head = head(io);
    Next next = io.next();
    if (!next.canWrite()) {
      refused(stage, next, Set.of("pwrite"), n -> n.pwrite(pattern(1).direct(0, 1), 0, Flags.NONE));
    }
    if (!next.canTrim()) {
      refused(stage, next, Set.of("trim"), n -> n.trim(0, head.length(), Flags.NONE));
    }
    if (!next.canZero().available()) {
      refused(stage, next, Set.of("zero", "pwrite"), n -> n.zero(0, head.length(), Flags.NONE));
    }
    if (!next.canFlush()) {
      refused(stage, next, Set.of("flush"), Next::flush);
    }
    if (next.canWrite() && !next.canFua().available()) {
      Flags fua = Flags.of(Flag.FUA);
      refused(stage, next, Set.of("pwrite"), n -> n.pwrite(pattern(1).direct(0, 1), 0, fua));
    }
    if (next.canZero().available() && !next.canFastZero()) {
      Flags fast = Flags.of(Flag.FAST_ZERO);
      refused(stage, next, Set.of("zero", "pwrite"), n -> n.zero(0, head.length(), fast));
    }
    if (!next.canCache().available()) {
      refused(stage, next, Set.of("cache"), n -> n.cache(0, head.length()));
    }
  }

  @Test
  @Rule("C-4")
  void readOnlyServer_writing_isNotOfferedAndReachesNoLayer() throws IOException {
    Stage stage = keep(contract.stage(true)).start();
    Io io = stage.open();
    Range head = head(io);
    Next next = io.next();
    Set<String> writes = Set.of("pwrite", "trim", "zero");
    BrokenRule.unless(!next.canWrite(), "C-4", "canWrite is true on a read-only server");
    refused(stage, next, writes, n -> n.pwrite(pattern(1).direct(0, 1), 0, Flags.NONE));
    refused(stage, next, writes, n -> n.trim(0, head.length(), Flags.NONE));
    refused(stage, next, writes, n -> n.zero(0, head.length(), Flags.NONE));
    io.pread(head);
    stage.close();
    List<Call> below = stage.below().since(0, call -> writes.contains(call.name));
    BrokenRule.unless(below.isEmpty(), "C-4", "%s reached the device below", below);
  }

  @Test
  @Rule(
      value = "C-6",
      buildsOn = {"N", "X-4", "R"})
  void multiConn_flushOnOneHandle_isVisibleOnAnother() throws IOException {
    Stage stage = start();
    Io one = stage.open();
    Range ground = ground(one);
    applies(one.next().canMultiConn(), "canMultiConn is false");
    needsManyHandles(stage);
    Io other = stage.open();
    Range range = ground.first(8192);
    for (int round = 0; round < 3; round++) {
      other.pread(range);
      byte[] bytes = pattern(round).bytes(range.offset(), (int) range.length());
      one.write(bytes, range.offset());
      same(bytes, one.pread(range), range.offset(), "W-2", "on the handle itself");
      if (one.next().canFlush()) {
        one.flush();
      }
      same(bytes, other.pread(range), range.offset(), "C-6", "on a second handle");
    }
  }

  @Test
  @Rule("C-7")
  void blockSizeDeclared_requestsThatBreakIt_work() throws IOException {
    Io io = open();
    Range head = head(io);
    applies(head.length() > 4, "the export is too small");
    applies(io.next().blockSize().minimum() > 1, "the minimum block size is 1");
    byte[] whole = io.pread(head);
    byte[] read = odd("odd read", () -> io.pread(1, 3));
    same(Arrays.copyOfRange(whole, 1, 4), read, 1, "C-7", "odd read");
    if (io.next().canWrite()) {
      Range odd = contract.writable(io.next().size()).last(3);
      byte[] bytes = pattern(3).bytes(odd.offset(), (int) odd.length());
      byte[] written =
          odd(
              "odd write",
              () -> {
                io.write(bytes, odd.offset());
                return io.pread(odd);
              });
      same(bytes, written, odd.offset(), "C-7", "odd write");
    }
  }

  /** Make requests that may only fail because they break the constraints. */
  private static byte[] odd(String what, Supplier<byte[]> requests) {
    try {
      return requests.get();
    } catch (BrokenRule broken) {
      throw broken.rule().equals("C-5")
          ? new BrokenRule("C-7", what + ": " + broken.finding(), broken)
          : broken;
    }
  }

  private static void askAll(Next next) throws IOException {
    next.size();
    next.description();
    next.blockSize();
    next.canWrite();
    next.canFlush();
    next.canTrim();
    next.canZero();
    next.canFastZero();
    next.canExtents();
    next.metaContexts();
    next.canFua();
    next.canMultiConn();
    next.canCache();
    next.isRotational();
  }

  private static void refused(Stage stage, Next next, Set<String> names, Attempt attempt)
      throws IOException {
    int before = stage.watch().size();
    boolean refused = false;
    try {
      attempt.on(next);
    } catch (NbdException expected) {
      refused = true;
    }
    List<Call> calls = stage.watch().since(before, call -> names.contains(call.name));
    BrokenRule.unless(refused && calls.isEmpty(), "C-3", "%s was not refused", names);
  }
}
