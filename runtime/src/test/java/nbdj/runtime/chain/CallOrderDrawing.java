package nbdj.runtime.chain;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The drawing of the order of calls on the page for authors: a column for each layer, a line for
 * each callback, and in the line an arrow from the layer that is called first.
 */
final class CallOrderDrawing {
  private static final Pattern DRAWING =
      Pattern.compile("```text\n( +outer +inner +plugin)\n(.*?)```", Pattern.DOTALL);
  private static final Pattern WORD = Pattern.compile("\\w+");
  private static final String REMARK = "(";

  private CallOrderDrawing() {}

  /** Read the calls in their order, each as the layer's name and the callback's. */
  static List<String> read(String page) {
    MatchResult drawing =
        DRAWING
            .matcher(page)
            .results()
            .findFirst()
            .orElseThrow(() -> new AssertionError("the page shows no order of calls"));
    List<MatchResult> layers = WORD.matcher(drawing.group(1)).results().toList();
    int left = layers.getFirst().start();
    List<String> calls = new ArrayList<>();
    for (String line : drawing.group(2).lines().toList()) {
      String drawn = line.substring(Math.min(left, line.length()));
      if (!drawn.startsWith(REMARK)) {
        List<MatchResult> words = WORD.matcher(drawn).results().toList();
        words = drawn.contains("<-") ? words.reversed() : words;
        words.forEach(word -> calls.add(layer(layers, left + word.start(), line) + word.group()));
      }
    }
    return calls;
  }

  private static String layer(List<MatchResult> layers, int column, String line) {
    return layers.stream()
        .filter(layer -> layer.start() == column)
        .map(layer -> layer.group() + " ")
        .findFirst()
        .orElseThrow(() -> new AssertionError("no layer above column " + column + " of: " + line));
  }
}
