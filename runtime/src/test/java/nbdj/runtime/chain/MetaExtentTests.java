package nbdj.runtime.chain;

import static nbdj.runtime.chain.Calls.failure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import nbdj.api.Context;
import nbdj.api.FilterHandle;
import nbdj.api.Flag;
import nbdj.api.Flags;
import nbdj.api.MetaSink;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.Next;
import nbdj.api.OpenRequest;
import nbdj.api.PassThrough;
import nbdj.api.PluginHandle;
import nbdj.api.ReadSink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Metadata contexts through layers: rules M-1 to M-7. */
class MetaExtentTests {
  private static final int SIZE = 1000;
  private static final String STATE = "x-mine:state";

  private final Journal journal = new Journal();
  private final AtomicInteger asked = new AtomicInteger();

  /** An answer to metaExtents. */
  private interface Answer {
    void of(String context, long offset, long count, Flags flags, MetaSink sink) throws IOException;
  }

  private Next open(List<String> names, Answer answer, JournalFilter... filters)
      throws IOException {
    JournalPlugin plugin =
        new JournalPlugin(journal) {
          @Override
          PluginHandle handle() {
            return new MemoryHandle(journal, SIZE) {
              @Override
              public List<String> metaContexts() {
                asked.incrementAndGet();
                return names;
              }

              @Override
              public void metaExtents(
                  String context, long offset, long count, Flags flags, MetaSink sink)
                  throws IOException {
                answer.of(context, offset, count, flags, sink);
              }
            };
          }
        };
    return Chains.serving(plugin, filters).connect(false).open("x");
  }

  private Next open(Answer answer) throws IOException {
    return open(List.of(STATE), answer);
  }

  private static List<String> ask(Next export, String context, long offset, long count, Flag... f)
      throws IOException {
    List<String> got = new ArrayList<>();
    export.metaExtents(
        context,
        offset,
        count,
        Flags.of(f),
        (at, length, status) -> got.add("%d+%d %d".formatted(at, length, status)));
    return got;
  }

  private static void fill(String context, long offset, long count, Flags flags, MetaSink sink)
      throws IOException {
    sink.add(offset, count, 7);
  }

  private static void assertSays(NbdException failure, String part) {
    assertTrue(String.valueOf(failure.getMessage()).contains(part), failure::toString);
  }

  @Test
  void names_againstM1_areLeftOut() throws IOException {
    List<String> names =
        Arrays.asList(
            "x:a",
            "none",
            ":leaf",
            "space:",
            "base:allocation",
            "base:mine",
            "x:a",
            "y:\0",
            null,
            "y:" + "n".repeat(4095),
            "qemu:dirty-bitmap:b",
            "based:1",
            "x:\ud800");
    assertEquals(
        List.of("x:a", "qemu:dirty-bitmap:b", "based:1"),
        open(names, MetaExtentTests::fill).metaContexts());
  }

  @Test
  void names_moreThanSixteen_areCut() throws IOException {
    List<String> names = IntStream.range(0, 20).mapToObj(i -> "x:" + i).toList();
    assertEquals(names.subList(0, 16), open(names, MetaExtentTests::fill).metaContexts());
  }

  @Test
  void names_askedForOften_areAskedOfTheLayerOnce() throws IOException {
    List<String> names = new ArrayList<>(List.of(STATE));
    Next export = open(names, MetaExtentTests::fill);
    assertEquals(0, asked.get());
    assertEquals(List.of(STATE), export.metaContexts());
    names.clear();
    ask(export, STATE, 0, 1);
    assertEquals(List.of(STATE), export.metaContexts());
    assertEquals(1, asked.get());
  }

  @Test
  void contextThatIsNotOffered_metaExtents_failsAboveTheLayer() throws IOException {
    Next export =
        open(
            List.of(STATE),
            (context, offset, count, flags, sink) -> {
              throw new AssertionError("called");
            });
    NbdException failure = failure(() -> ask(export, "x-mine:other", 0, 1));
    assertEquals(NbdError.EINVAL, failure.error());
    assertSays(failure, "x-mine:other");
    assertEquals(NbdError.EINVAL, failure(() -> ask(export, STATE, 0, SIZE + 1)).error());
    assertEquals(NbdError.EINVAL, failure(() -> ask(export, STATE, 0, 1, Flag.FUA)).error());
  }

  @ParameterizedTest
  @CsvSource({
    "M-3, 101, 10",
    "M-3, 90, 10",
    "M-5, -1, 200",
    "M-5, 100, 901",
    "M-5, 100, -1",
    "M-5, 50, 9223372036854775807"
  })
  void firstExtent_againstTheRules_failsTheRequest(String rule, long offset, long length)
      throws IOException {
    Next export = open((context, at, count, flags, sink) -> sink.add(offset, length, 1));
    NbdException failure = failure(() -> ask(export, STATE, 100, 100));
    assertEquals(NbdError.EINVAL, failure.error());
    assertSays(failure, rule);
  }

  @Test
  void gapOrNothing_failsTheRequestThoughTheLayerCatches() throws IOException {
    Next gap =
        open((context, offset, count, flags, sink) -> {
          sink.add(offset, 1, 1);
          try {
            sink.add(offset + 2, 1, 2);
          } catch (NbdException e) {
            sink.add(offset + 1, 1, 2);
          }
        });
    assertSays(failure(() -> ask(gap, STATE, 0, 10)), "M-4");
    Next nothing = open((context, offset, count, flags, sink) -> {});
    assertSays(failure(() -> ask(nothing, STATE, 0, 10)), "M-5");
  }

  @Test
  void shortAnswers_areAskedForAgainCutAndJoined() throws IOException {
    Next export =
        open((context, offset, count, flags, sink) -> {
          long start = offset - offset % 10;
          sink.add(start, 5, start < 20 ? -1 : 4);
          sink.add(start + 5, 5, start < 20 ? -1 : 4);
        });
    assertEquals(List.of("3+17 -1", "20+12 4"), ask(export, STATE, 3, 29));
    assertEquals(List.of("3+2 -1"), ask(export, STATE, 3, 29, Flag.REQ_ONE));
  }

  @Test
  void passThroughAndWindow_handItOn_aPlainFilterHidesIt() throws IOException {
    JournalFilter passing =
        new JournalFilter(journal, "passing") {
          @Override
          public FilterHandle open(Context context, OpenRequest request) throws IOException {
            context.openNext(request.readOnly(), request.exportName());
            return new PassThrough();
          }
        };
    JournalFilter plain =
        new JournalFilter(journal, "plain") {
          @Override
          public FilterHandle open(Context context, OpenRequest request) throws IOException {
            context.openNext(request.readOnly(), request.exportName());
            return new FilterHandle() {
              @Override
              public long size(Next next) throws IOException {
                return next.size();
              }

              @Override
              public void read(Next next, long offset, long count, ReadSink sink)
                  throws IOException {
                next.read(offset, count, sink);
              }
            };
          }
        };
    Next seen = open(List.of(STATE), MetaExtentTests::fill, passing);
    assertEquals(List.of(STATE), seen.metaContexts());
    assertEquals(List.of("3+9 7"), ask(seen, STATE, 3, 9));
    Next hidden = open(List.of(STATE), MetaExtentTests::fill, plain);
    assertEquals(Collections.emptyList(), hidden.metaContexts());
    assertEquals(NbdError.EINVAL, failure(() -> ask(hidden, STATE, 3, 9)).error());
  }

  @Test
  void failure_ofTheQuestionOrTheAnswer_isContained() throws IOException {
    Next export =
        open(
            List.of(STATE),
            (context, offset, count, flags, sink) -> {
              throw new IllegalStateException("no map");
            });
    NbdException failure = failure(() -> ask(export, STATE, 0, 1));
    assertEquals(NbdError.EIO, failure.error());
    assertSays(failure, "no map");
  }
}
