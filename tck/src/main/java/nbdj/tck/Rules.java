package nbdj.tck;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The sentences of the rules, as the javadoc of {@link nbdj.api} has them, and what the tests say
 * about each.
 *
 * <p>Three files beside this class have lines that begin with the number of a rule and a space.
 * {@code rules.txt} has the sentence of every rule, {@code untested.txt} the reason why no test can
 * prove a rule of a layer, and {@code hints.txt} what an author should look at when a test of the
 * rule fails, on as many lines as there are hints.
 */
final class Rules {
  /** Sorts numbers by their letter, then as numbers. */
  static final Comparator<String> ORDER =
      Comparator.comparingInt((String rule) -> rule.charAt(0))
          .thenComparingInt(rule -> Integer.parseInt(rule.substring(2)));

  private static final Map<String, List<String>> SENTENCES = load("rules.txt");
  private static final Map<String, List<String>> UNTESTED = load("untested.txt");
  private static final Map<String, List<String>> HINTS = load("hints.txt");

  private Rules() {}

  /** Get the sentence of a rule. */
  static String sentence(String rule) {
    return SENTENCES.getOrDefault(rule, List.of("(no such rule)")).getFirst();
  }

  /** Get how much a rule asks. */
  static Level level(String rule) {
    return Level.of(sentence(rule));
  }

  /** Get all rules with their sentences, in the order of the index. */
  static Map<String, String> all() {
    return firstOfEach(SENTENCES);
  }

  /** Get the rules without a test, each with its reason. */
  static Map<String, String> untested() {
    return firstOfEach(UNTESTED);
  }

  /** Get what an author should look at when a rule is broken. */
  static List<String> hints(String rule) {
    return HINTS.getOrDefault(rule, List.of());
  }

  /** Get the rules that have hints. */
  static Map<String, List<String>> hints() {
    return HINTS;
  }

  /** Tell whether a test can find a rule broken. */
  static boolean isTested(String rule) {
    return SENTENCES.containsKey(rule) && !UNTESTED.containsKey(rule);
  }

  private static Map<String, String> firstOfEach(Map<String, List<String>> lines) {
    Map<String, String> first = new LinkedHashMap<>();
    lines.forEach((rule, texts) -> first.put(rule, texts.getFirst()));
    return Collections.unmodifiableMap(first);
  }

  private static Map<String, List<String>> load(String file) {
    try (InputStream in = Rules.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("nbdj-tck was built without its " + file);
      }
      Map<String, List<String>> lines = new LinkedHashMap<>();
      new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .forEach(line -> {
            int space = line.indexOf(' ');
            lines
                .computeIfAbsent(line.substring(0, space), rule -> new ArrayList<>())
                .add(line.substring(space + 1));
          });
      return Collections.unmodifiableMap(lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
