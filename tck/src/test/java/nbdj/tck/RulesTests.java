package nbdj.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertLinesMatch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RulesTests {
  private static final Path API = Path.of("../api/src/main/java/nbdj/api");
  private static final Pattern RULE =
      Pattern.compile("<li><b>([A-Z]-[0-9]+)</b>(.*?)(?=<li>|</ul>)", Pattern.DOTALL);

  @Test
  void sentences_areThoseOfTheJavadoc() throws IOException {
    List<String> expected =
        rulesOfTheJavadoc().entrySet().stream()
            .map(rule -> rule.getKey() + " " + rule.getValue())
            .toList();
    Files.write(Path.of("target/rules.txt"), expected);
    assertLinesMatch(
        expected,
        Rules.all().entrySet().stream().map(rule -> rule.getKey() + " " + rule.getValue()).toList(),
        "copy tck/target/rules.txt over tck/src/main/resources/nbdj/tck/rules.txt");
  }

  @Test
  void everyRule_isTestedOrSaysWhyNot() throws IOException {
    Set<String> covered = new TreeSet<>(Rules.untested().keySet());
    for (String rule : rulesInTests()) {
      assertFalse(Rules.untested().containsKey(rule), rule + " is tested and said to be untested");
      covered.add(rule);
    }
    assertEquals(new TreeSet<>(Rules.all().keySet()), covered);
  }

  /** Every number that a chapter or its helpers may report. */
  private static Set<String> rulesInTests() throws IOException {
    Set<String> rules = new TreeSet<>();
    for (Path file : javaFiles(Path.of("src/main/java/nbdj/tck"))) {
      Matcher match = Pattern.compile("\"([A-Z]-[0-9]+)\"").matcher(withoutComments(file));
      while (match.find()) {
        rules.add(match.group(1));
      }
    }
    return rules;
  }

  private static String withoutComments(Path file) throws IOException {
    return Files.readString(file).replaceAll("(?s)/\\*.*?\\*/", "");
  }

  private static Map<String, String> rulesOfTheJavadoc() throws IOException {
    Map<String, String> rules = new TreeMap<>();
    for (Path file : javaFiles(API)) {
      Matcher match = RULE.matcher(Files.readString(file).replaceAll("(?m)^ *\\* ?", ""));
      while (match.find()) {
        rules.put(match.group(1), plain(match.group(2)));
      }
    }
    return rules;
  }

  /** Turn javadoc into a line of text. */
  private static String plain(String javadoc) {
    return javadoc
        .replaceAll("\\s+", " ")
        .replaceAll("\\{@link(?:plain)? [^ }]+ ([^}]+)}", "$1")
        .replaceAll("\\{@link #([a-z]+)}", "$1()")
        .replaceAll("\\{@link #([^}]+)}", "$1")
        .replaceAll("\\{@(?:link|code) (?:java\\.[a-z.]+)?([^}]+)}", "$1")
        .replaceAll("\\{@value #MAX_STRING}", "4096")
        .replaceAll("\\{@value #MAX_EXPORTS}", "10000")
        .replace('#', '.')
        .strip();
  }

  private static List<Path> javaFiles(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    }
  }
}
