package nbdj.tck;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import nbdj.api.Export;
import nbdj.api.Flags;
import nbdj.api.MetaSink;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Metadata contexts that a layer defines. */
abstract class MetaContextsChapter extends Chapter {
  MetaContextsChapter(LayerContract contract) {
    super(contract);
  }

  @Test
  @Rule("M-1")
  void opened_namesOfContexts_areWellFormed() throws IOException {
    Stage stage = start();
    stage.open().next().metaContexts();
    for (Call call : stage.watch().of("metaContexts")) {
      judgeNames(call);
    }
  }

  @Test
  @Rule(value = "M-3", buildsOn = "M-1")
  void contexts_ofManyRanges_beginWithTheRange() throws IOException {
    judged();
  }

  @Test
  @Rule(value = "M-4", buildsOn = "M-1")
  void contexts_ofManyRanges_haveNoGap() throws IOException {
    judged();
  }

  @Test
  @Rule(value = "M-5", buildsOn = "M-1")
  void contexts_ofManyRanges_stayInsideTheExport() throws IOException {
    judged();
  }

  private static void judgeNames(Call call) {
    if (!(call.answer instanceof List<?> names)) {
      throw new BrokenRule("M-1", "metaContexts answered " + call.answer);
    }
    BrokenRule.unless(
        names.size() <= MetaSink.MAX_CONTEXTS, "M-1", "there are %d contexts", names.size());
    Set<Object> seen = new HashSet<>();
    for (@Nullable Object name : names) {
      BrokenRule.unless(
          name instanceof String text && isWellFormed(text), "M-1", "a context is '%s'", name);
      BrokenRule.unless(name != null && seen.add(name), "M-1", "there are two contexts '%s'", name);
    }
  }

  private static boolean isWellFormed(String name) {
    int colon = name.indexOf(':');
    return colon > 0
        && colon < name.length() - 1
        && !name.startsWith("base:")
        && name.indexOf('\0') < 0
        && StandardCharsets.UTF_8.newEncoder().canEncode(name)
        && name.getBytes(StandardCharsets.UTF_8).length <= Export.MAX_STRING;
  }

  /** Ask about ranges all over the export and judge what the layer itself answered. */
  private void judged() throws IOException {
    Stage stage = start();
    Io io = stage.open();
    List<String> contexts = io.next().metaContexts();
    applies(!contexts.isEmpty(), "there are no metadata contexts");
    long size = io.next().size();
    applies(size > 0, "the export is empty");
    List<Function<Range, Range>> cuts =
        List.of(r -> r, r -> r.first(1), r -> r.last(1), r -> r.last(4097), r -> r.first(65537));
    for (String context : contexts) {
      for (Function<Range, Range> cut : cuts) {
        Range range = cut.apply(new Range(0, size));
        int before = stage.watch().size();
        io.metaExtents(context, range.offset(), range.length(), Flags.NONE);
        for (Call call : stage.watch().since(before, call -> call.name.equals("metaExtents"))) {
          Finding.ofExtents(context + ": " + call, call, size)
              .ifPresent(broken -> {
                throw broken;
              });
        }
      }
    }
  }
}
