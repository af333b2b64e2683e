package nbdj.tck;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The sentences of the rules, as the javadoc of {@link nbdj.api} has them.
 *
 * <p>The files {@code rules.txt} and {@code untested.txt} beside this class have a line for each
 * rule: its number, a space, and its sentence or the reason why no test can prove it of a layer.
 */
final class Rules {
  private static final Map<String, String> SENTENCES = load("rules.txt");

  private Rules() {}

  /** Get the sentence of a rule. */
  static String sentence(String rule) {
    return SENTENCES.getOrDefault(rule, "(no such rule)");
  }

  /** Get all rules in the order of the javadoc. */
  static Map<String, String> all() {
    return SENTENCES;
  }

  /** Get the rules without a test, each with its reason. */
  static Map<String, String> untested() {
    return load("untested.txt");
  }

  private static Map<String, String> load(String file) {
    try (InputStream in = Rules.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("nbdj-tck was built without its " + file);
      }
      Map<String, String> rules = new LinkedHashMap<>();
      new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .forEach(line -> {
            int space = line.indexOf(' ');
            rules.put(line.substring(0, space), line.substring(space + 1));
          });
      return Collections.unmodifiableMap(rules);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
