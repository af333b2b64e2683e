package nbdj.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertLinesMatch;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

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
  void everyRule_isTestedOrSaysWhyNot() throws Exception {
    Set<String> covered = new TreeSet<>(Rules.untested().keySet());
    for (String rule : testedRules()) {
      assertFalse(Rules.untested().containsKey(rule), rule + " is tested and said to be untested");
      covered.add(rule);
    }
    assertEquals(new TreeSet<>(Rules.all().keySet()), covered);
  }

  @Test
  void rulesThatTestsMayReport_areThoseThatTestsAreFor() throws Exception {
    Set<String> reported = reportedRules();
    reported.removeAll(testedRules());
    assertEquals(Set.of(), reported, "named in a chapter or helper, and in no @Rule");
  }

  @Test
  void everyTestedRule_hasHintsAndNoOtherHas() throws Exception {
    assertEquals(testedRules(), new TreeSet<>(Rules.hints().keySet()));
    Rules.hints()
        .forEach((rule, hints) ->
            hints.forEach(hint ->
                assertTrue(hint.matches("\\S.*\\S[.?]"), "%s: '%s'".formatted(rule, hint))));
  }

  @Test
  void recommendations_areTheRulesThatSayShould() {
    assertEquals(Level.SHOULD, Level.of("A layer should be quick."));
    assertEquals(Level.MUST, Level.of("A layer shoulders what it must."));
    assertEquals(
        Set.of("C-8", "E-9", "F-8", "L-19", "L-20", "N-6", "W-13", "X-7"),
        Rules.all().keySet().stream()
            .filter(rule -> Rules.level(rule) == Level.SHOULD)
            .collect(Collectors.toSet()));
  }

  /** Get every number that a test is annotated with. */
  private static Set<String> testedRules() throws Exception {
    Set<String> rules = new TreeSet<>();
    for (Path file : javaFiles(Path.of("src/main/java/nbdj/tck"))) {
      String name = String.valueOf(file.getFileName()).replace(".java", "");
      if (!name.endsWith("Chapter")) {
        continue;
      }
      for (Method method : Class.forName("nbdj.tck." + name).getDeclaredMethods()) {
        Rule rule = method.getAnnotation(Rule.class);
        boolean test =
            method.isAnnotationPresent(Test.class)
                || method.isAnnotationPresent(ParameterizedTest.class);
        assertEquals(test, rule != null, method + " is a test, or says which rules it is for");
        if (rule != null) {
          rules.addAll(List.of(rule.value()));
        }
      }
    }
    return rules;
  }

  /** Get every number that a chapter or its helpers may report. */
  private static Set<String> reportedRules() throws IOException {
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
        .replaceAll("\\{@value #MAX_CONTEXTS}", "16")
        .replace('#', '.')
        .strip();
  }

  private static List<Path> javaFiles(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    }
  }
}
