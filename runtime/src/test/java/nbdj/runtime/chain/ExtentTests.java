package nbdj.runtime.chain;

import static nbdj.runtime.chain.Calls.failure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import nbdj.api.Context;
import nbdj.api.ExtentSink;
import nbdj.api.ExtentType;
import nbdj.api.FilterHandle;
import nbdj.api.Flag;
import nbdj.api.Flags;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.Next;
import nbdj.api.OpenRequest;
import nbdj.api.PluginHandle;
import nbdj.api.ReadSink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Block status through layers: rules E-1 to E-8 and F-3. */
class ExtentTests {
  private static final int SIZE = 1000;

  private final Journal journal = new Journal();

  /** An answer to extents. */
  private interface Answer {
    void extents(long offset, long count, Flags flags, ExtentSink sink) throws IOException;
  }

  private Next open(Answer answer, JournalFilter... filters) throws IOException {
    JournalPlugin plugin =
        new JournalPlugin(journal) {
          @Override
          PluginHandle handle() {
            return new MemoryHandle(journal, SIZE) {
              @Override
              public boolean canExtents() {
                return true;
              }

              @Override
              public void extents(long offset, long count, Flags flags, ExtentSink sink)
                  throws IOException {
                answer.extents(offset, count, flags, sink);
              }
            };
          }
        };
    return Chains.serving(plugin, filters).connect(false).open("x");
  }

  private static List<Extents.Extent> ask(Next export, long offset, long count, Flags flags)
      throws IOException {
    Extents got = new Extents();
    export.extents(offset, count, flags, got);
    return got.all();
  }

  @ParameterizedTest
  @CsvSource({
    "E-2, 101, 10",
    "E-2, 101, 99",
    "E-2, 0, 100",
    "E-2, 90, 5",
    "E-4, -1, 200",
    "E-4, 100, 901",
    "E-4, 100, -1",
    "E-4, 100, 9223372036854775807",
    "E-4, 9223372036854775807, 1",
    "E-4, 50, 9223372036854775807"
  })
  void firstExtent_againstTheRules_failsTheRequest(String rule, long offset, long length)
      throws IOException {
    Next export =
        open(
            (at, count, flags, sink) -> sink.add(offset, length, ExtentType.HOLE),
            new JournalFilter(journal, "a"));
    NbdException failure = failure(() -> ask(export, 100, 100, Flags.NONE));
    assertEquals(NbdError.EINVAL, failure.error());
    assertTrue(String.valueOf(failure.getMessage()).contains(rule), failure.getMessage());
  }

  @ParameterizedTest
  @ValueSource(longs = {109, 111, 100, 0, 990})
  void furtherExtent_thatDoesNotFollow_failsEvenIfTheLayerHidesIt(long second) throws IOException {
    Next export =
        open((at, count, flags, sink) -> {
          sink.add(100, 10, ExtentType.HOLE);
          try {
            sink.add(second, 10, ExtentType.DATA);
          } catch (IOException e) {
            journal.add("hidden " + e.getMessage());
          }
        });
    NbdException failure = failure(() -> ask(export, 100, 100, Flags.NONE));
    assertTrue(String.valueOf(failure.getMessage()).contains("E-3"), failure.getMessage());
  }

  @Test
  @SuppressWarnings("NullAway") // A layer compiled without checks does this.
  void extent_withoutAType_isNamed() throws IOException {
    Next export = open((at, count, flags, sink) -> sink.add(at, count, null));
    assertEquals(
        "an extent at 0 has no type (rule E-1)",
        failure(() -> ask(export, 0, 10, Flags.NONE)).getMessage());
  }

  @Test
  void layer_thatAddsNothing_failsTheRequest() throws IOException {
    int[] calls = new int[1];
    Next export =
        open((at, count, flags, sink) -> {
          if (calls[0]++ == 0) {
            sink.add(at, 10, ExtentType.DATA);
          } else {
            sink.add(at, 0, ExtentType.DATA);
          }
        });
    NbdException failure = failure(() -> ask(export, 0, 100, Flags.NONE));
    assertEquals("extents added nothing for offset 10 (rule E-4)", failure.getMessage());
    assertEquals(2, calls[0]);
  }

  @Test
  void sinkKeptAfterTheCall_isRefused() throws IOException {
    AtomicReference<ExtentSink> kept = new AtomicReference<>();
    Next export =
        open((at, count, flags, sink) -> {
          kept.set(sink);
          sink.add(at, count, ExtentType.DATA);
        });
    ask(export, 0, 10, Flags.NONE);
    assertThrows(IllegalStateException.class, () -> kept.get().add(0, 10, ExtentType.DATA));
  }

  @Test
  void layerAskedForOne_mayGiveMore_andOneArrives() throws IOException {
    Next export =
        open(
            (at, count, flags, sink) -> {
              assertTrue(flags.has(Flag.REQ_ONE));
              sink.add(0, 40, ExtentType.HOLE_ZERO);
              sink.add(40, 40, ExtentType.DATA);
              sink.add(7, 7, ExtentType.DATA);
            },
            new JournalFilter(journal, "a"));
    assertEquals(
        List.of(new Extents.Extent(30, 10, ExtentType.HOLE_ZERO)),
        ask(export, 30, 500, Flags.of(Flag.REQ_ONE)));
  }

  @Test
  void sinkThatThrows_isNotTheLayersFault() throws IOException {
    Next export = open((at, count, flags, sink) -> sink.add(at, count, ExtentType.DATA));
    NbdException failure =
        failure(() ->
            export.extents(
                0,
                10,
                Flags.NONE,
                (offset, length, type) -> {
                  throw new IllegalStateException("full");
                }));
    assertEquals(
        "the sink of extents threw java.lang.IllegalStateException: full", failure.getMessage());
  }

  @Test
  void filterThatMovesAddresses_letsNothingThrough() throws IOException {
    JournalFilter mover =
        new JournalFilter(journal, "mover") {
          @Override
          public FilterHandle open(Context context, OpenRequest request) throws IOException {
            openNext(context, request);
            return new FilterHandle() {
              @Override
              public long size(Next next) {
                return 500;
              }

              @Override
              public void read(Next next, long offset, long count, ReadSink sink)
                  throws IOException {
                next.read(offset + 100, count, sink);
              }
            };
          }
        };
    Next export =
        open((at, count, flags, sink) -> sink.add(at, count, ExtentType.HOLE_ZERO), mover);
    assertEquals(
        List.of(new Extents.Extent(10, 490, ExtentType.DATA)), ask(export, 10, 490, Flags.NONE));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void anyLegalAnswer_arrivesAsTheTruthInItsShortestForm(long seed) throws IOException {
    Random random = new Random(seed);
    ExtentType[] truth = new ExtentType[SIZE];
    for (int at = 0; at < SIZE; ) {
      ExtentType type = List.of(ExtentType.values()).get(random.nextInt(4));
      for (int end = Math.min(SIZE, at + 1 + random.nextInt(60)); at < end; at++) {
        truth[at] = type;
      }
    }
    Next export =
        open(
            (at, count, flags, sink) -> answerLegally(random, truth, (int) at, (int) count, sink),
            random.nextBoolean()
                ? new JournalFilter[] {new JournalFilter(journal, "a")}
                : new JournalFilter[0]);
    for (int i = 0; i < 200; i++) {
      int offset = random.nextInt(SIZE);
      int count = 1 + random.nextInt(SIZE - offset);
      String where = "seed %d step %d: %d+%d".formatted(seed, i, offset, count);
      List<Extents.Extent> expected = shortest(truth, offset, count);
      assertEquals(expected, ask(export, offset, count, Flags.NONE), where);
      List<Extents.Extent> one = ask(export, offset, count, Flags.of(Flag.REQ_ONE));
      assertEquals(1, one.size(), where);
      assertEquals(offset, one.getFirst().offset(), where);
      assertEquals(expected.getFirst().type(), one.getFirst().type(), where);
      assertTrue(one.getFirst().length() <= expected.getFirst().length(), where);
    }
  }

  /** Begin early, cut at will, add empty extents, end early or late: all that E-2 to E-7 allow. */
  private static void answerLegally(
      Random random, ExtentType[] truth, int offset, int count, ExtentSink sink)
      throws IOException {
    int at = offset;
    while (at > 0 && truth[at - 1] == truth[offset] && random.nextInt(4) > 0) {
      at--;
    }
    int stop =
        switch (random.nextInt(3)) {
          case 0 -> offset + 1 + random.nextInt(count);
          case 1 -> offset + count;
          default -> offset + count + random.nextInt(SIZE - offset - count + 1);
        };
    boolean first = true;
    while (at < stop) {
      int end = at + 1;
      while (end < SIZE
          && truth[end] == truth[at]
          && ((first && end <= offset) || random.nextInt(20) > 0)) {
        end++;
      }
      if (random.nextInt(5) == 0) {
        sink.add(random.nextInt(), 0, ExtentType.DATA);
      }
      sink.add(at, end - at, truth[at]);
      first = false;
      at = end;
    }
  }

  private static List<Extents.Extent> shortest(ExtentType[] truth, int offset, int count) {
    List<Extents.Extent> all = new ArrayList<>();
    for (int at = offset; at < offset + count; ) {
      int end = at;
      while (end < offset + count && truth[end] == truth[at]) {
        end++;
      }
      all.add(new Extents.Extent(at, end - at, truth[at]));
      at = end;
    }
    return all;
  }
}
