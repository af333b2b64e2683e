package nbdj.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whether each rule that a test is for is broken once, by a plugin and by a filter. */
class CoverageTests {
  /**
   * The server stands between: what a layer declares, answers or asks for, it refuses, leaves out
   * or does what is right. Tests of these prove the server.
   */
  private static final Set<String> HELD_BY_THE_SERVER =
      Set.of("C-3", "C-4", "E-1", "E-6", "E-8", "P-2", "P-3", "P-4", "P-6", "R-1", "W-1");

  /** Nothing is below a plugin that could fail in a start. */
  private static final Set<String> OF_FILTERS = Set.of("L-14");

  /** A filter has one read only. */
  private static final Set<String> OF_PLUGINS = Set.of("R-7");

  private static final Pattern NUMBER = Pattern.compile("\\b[A-Z]-[0-9]+\\b");

  @ParameterizedTest
  @EnumSource(Role.class)
  void everyRule_isBrokenByALayerOfTheRole(Role role) throws IOException {
    Set<String> expected = new TreeSet<>(tested(role));
    expected.removeAll(HELD_BY_THE_SERVER);
    expected.removeAll(role == Role.PLUGIN ? OF_FILTERS : OF_PLUGINS);
    Set<String> broken = broken(role);
    broken.retainAll(tested(role));
    assertEquals(expected, broken);
  }

  /** Get the rules that the chapters of a role's contract test. */
  private static Set<String> tested(Role role) {
    Class<?> contract = role == Role.PLUGIN ? PluginContract.class : FilterContract.class;
    Set<String> rules = new TreeSet<>();
    for (Class<?> chapter : contract.getDeclaredClasses()) {
      for (Method test : chapter.getSuperclass().getDeclaredMethods()) {
        Rule rule = test.getAnnotation(Rule.class);
        rules.addAll(rule == null ? List.of() : List.of(rule.value()));
      }
    }
    return rules;
  }

  /** Get the rules that tests name which judge layers of a role. */
  private static Set<String> broken(Role role) throws IOException {
    Pattern judging =
        role == Role.PLUGIN
            ? Pattern.compile("\\bRole role\\b|Role\\.PLUGIN|Verdict\\s*\\.(ofPlugin|handle)\\(")
            : Pattern.compile("\\bRole role\\b|Role\\.FILTER|Verdict\\s*\\.of(Filter)?\\(");
    Set<String> rules = new TreeSet<>();
    for (String source : sources()) {
      Matcher number = NUMBER.matcher(source);
      while (judging.matcher(source).find() && number.find()) {
        rules.add(number.group());
      }
    }
    return rules;
  }

  private static List<String> sources() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("src/test/java/nbdj/tck"))) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.endsWith("CoverageTests.java") && !file.endsWith("Verdict.java"))
          .filter(file -> !file.endsWith("Role.java"))
          .map(CoverageTests::withoutComments)
          .toList();
    }
  }

  private static String withoutComments(Path file) {
    try {
      return Files.readString(file).replaceAll("(?s)/\\*.*?\\*/", "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
