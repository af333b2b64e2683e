package nbdj.tck;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import nbdj.api.Export;
import nbdj.api.ExtentType;
import nbdj.api.Flag;
import nbdj.api.Flags;
import nbdj.api.Support;
import nbdj.runtime.chain.Client;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a layer should do, though it works without. A finding here is a warning. */
abstract class RecommendationsChapter extends Chapter {
  private static final int TRIES = 2;
  private static final int NAMES = 20;
  private static final long PROMPT_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Pattern written = pattern(91);

  RecommendationsChapter(LayerContract contract) {
    super(contract);
  }

  @Test
  @Rule("L-19")
  void description_ofTheLayer_isOneLine() {
    String text = Objects.toString(contract.description(), "");
    BrokenRule.unless(
        !text.isBlank() && text.lines().count() == 1, "L-19", "description is '%s'", text);
  }

  @Test
  @Rule("L-20")
  void served_open_isPrompt() throws IOException {
    Stage stage = start();
    long shortest = Long.MAX_VALUE;
    for (int i = 0; i < TRIES && shortest > PROMPT_NANOS; i++) {
      try (Client client = stage.connect()) {
        long before = System.nanoTime();
        stage.open(client);
        shortest = Math.min(shortest, System.nanoTime() - before);
      }
    }
    BrokenRule.unless(
        shortest <= PROMPT_NANOS,
        "L-20",
        "the fastest of %d opens took %d ms",
        TRIES,
        TimeUnit.NANOSECONDS.toMillis(shortest));
  }

  @Test
  @Rule("C-8")
  void writable_layer_canFlush() throws IOException {
    Io io = open();
    needsWrite(io);
    BrokenRule.unless(io.next().canFlush(), "C-8", "canWrite is true and canFlush false");
  }

  @Test
  @Rule("N-6")
  void listed_names_canBeOpened() throws IOException {
    Stage stage = start();
    List<Export> exports = stage.connect().listExports();
    for (Export export : exports.subList(0, Math.min(NAMES, exports.size()))) {
      try (Client client = stage.connect()) {
        client.release(client.open(export.name()));
      } catch (IOException e) {
        throw new BrokenRule(
            "N-6", "'%s' is listed and refused: %s".formatted(export.name(), e.getMessage()), e);
      }
    }
  }

  @Test
  @Rule("E-9")
  void extents_neighboursOfOneType_areOne() throws IOException {
    Stage stage = start();
    Io io = stage.open();
    applies(io.next().canExtents(), "canExtents is false");
    Range head = head(io);
    io.extents(head.offset(), head.length(), Flags.NONE);
    for (Call call : stage.watch().of("extents")) {
      @Nullable Extent last = null;
      for (Span span : call.extents) {
        if (!(span instanceof Extent extent)) {
          continue;
        }
        BrokenRule.unless(
            last == null || last.type() != extent.type(), "E-9", "%s after %s", extent, last);
        last = extent;
      }
    }
  }

  @Test
  @Rule("W-13")
  void zeroedWithMayTrim_range_isAHole() throws IOException {
    Io io = open();
    Range ground = ground(io);
    applies(io.next().canZero() == Support.NATIVE, "canZero is not NATIVE");
    applies(io.next().canTrim(), "canTrim is false");
    applies(io.next().canExtents(), "canExtents is false");
    applies(ground.length() == GROUND, "less than %d bytes are writable".formatted(GROUND));
    byte[] bytes = written.bytes(ground.offset(), GROUND);
    io.write(bytes, ground.offset());
    io.trim(ground.offset(), GROUND, Flags.NONE);
    // A page at either end may belong to something else.
    applies(holes(io, ground) >= GROUND / 2, "a trim makes no hole");
    io.write(bytes, ground.offset());
    io.zero(ground.offset(), GROUND, Flags.of(Flag.MAY_TRIM));
    long holes = holes(io, ground);
    BrokenRule.unless(holes >= GROUND / 2, "W-13", "%d of %d bytes are a hole", holes, GROUND);
  }

  private static long holes(Io io, Range range) {
    return io.extents(range.offset(), range.length(), Flags.NONE).stream()
        .filter(extent -> extent.type() == ExtentType.HOLE_ZERO || extent.type() == ExtentType.HOLE)
        .mapToLong(Extent::length)
        .sum();
  }

  @Test
  @Rule("X-7")
  void missingExport_refusal_namesIt() throws IOException {
    String missing = contract.missingExport().orElse("no-such-export");
    try {
      start().connect().open(missing);
    } catch (IOException refusal) {
      String message = Objects.toString(refusal.getMessage(), "");
      BrokenRule.unless(
          message.contains(missing), "X-7", "'%s' is refused with: %s", missing, message);
      return;
    }
    applies(false, "every export name is served");
  }
}
