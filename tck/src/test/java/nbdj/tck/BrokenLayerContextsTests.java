package nbdj.tck;

import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import nbdj.api.Flags;
import nbdj.api.MetaSink;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.Next;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Plugins and filters whose metadata contexts are wrong. */
class BrokenLayerContextsTests {
  private static final String STATE = "x-mine:state";

  /** What a broken layer answers about a range. */
  private interface Answer {
    void of(Next next, long offset, long count, MetaSink sink) throws IOException;
  }

  private static Verdict contexts(Role role, List<String> names, Answer answer) {
    return role.judge(() ->
        new Faithful() {
          @Override
          public List<String> metaContexts(Next next) {
            return names;
          }

          @Override
          public void metaExtents(
              Next next, String context, long offset, long count, Flags flags, MetaSink sink)
              throws IOException {
            answer.of(next, offset, count, sink);
          }
        });
  }

  private static Verdict answer(Role role, Answer answer) {
    return contexts(role, List.of(STATE), answer);
  }

  private static Verdict names(Role role, List<String> names) {
    return contexts(role, names, (next, offset, count, sink) -> sink.add(offset, count, 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"state", ":state", "x-mine:", "base:mine", "x-mine:\0", "x:\ud800"})
  void nameThatIsNone_breaksM1(String name) {
    names(Role.PLUGIN, List.of(STATE, name)).breaks("M-1").saying("a context is '");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void nameOfTheServer_breaksM1(Role role) {
    names(role, List.of("base:allocation")).breaks("M-1");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void nameTwice_breaksM1(Role role) {
    names(role, List.of(STATE, "y:a", STATE)).breaks("M-1").saying("there are two contexts '");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void seventeenNames_breakM1(Role role) {
    names(role, IntStream.range(0, 17).mapToObj(i -> "x:" + i).toList())
        .breaks("M-1")
        .saying("there are 17 contexts");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void firstExtentAfterTheOffset_breaksM3(Role role) {
    answer(
            role,
            (next, offset, count, sink) -> {
              long late = count == 1 ? 0 : 1;
              sink.add(offset + late, count - late, 1);
            })
        .breaks("M-3")
        .saying("the layer gave [MetaExtent[offset=1,");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void byteLeftOutBetweenExtents_breaksM4(Role role) {
    answer(
            role,
            (next, offset, count, sink) -> {
              sink.add(offset, 1, 1);
              if (count > 2) {
                sink.add(offset + 2, count - 2, 1);
              }
            })
        .breaks("M-4");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void noExtentAtTheEnd_breaksM5(Role role) {
    answer(
            role,
            (next, offset, count, sink) -> {
              if (offset + count < next.size() || count > 1) {
                sink.add(offset, count, 1);
              }
            })
        .breaks("M-5")
        .saying("the layer gave []");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void extentsToTheEndOfThePage_breakM5(Role role) {
    answer(
            role,
            (next, offset, count, sink) -> {
              long end = Math.ceilDiv(offset + count, 4096) * 4096;
              sink.add(offset, end - offset, 1);
            })
        .breaks("M-5");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void contextOfferedThatFails_breaksC5(Role role) {
    answer(
            role,
            (next, offset, count, sink) -> {
              throw new NbdException(NbdError.ENOTSUP, "the map is not written yet");
            })
        .breaks("C-5")
        .saying("metaExtents of x-mine:state", "the map is not written yet");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void contextThrowsUnchecked_breaksX3(Role role) {
    answer(
            role,
            (next, offset, count, sink) -> {
              throw new IllegalStateException("no map");
            })
        .breaks("X-3");
  }
}
