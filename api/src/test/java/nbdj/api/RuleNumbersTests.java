package nbdj.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The compatibility tests cite rules by number, so the numbers must be right. */
class RuleNumbersTests {
  private static final Pattern RULE = Pattern.compile("<b>([A-Z])-([0-9]+)</b>");
  private static final Pattern MENTION = Pattern.compile("\\b[A-Z]-[0-9]+\\b");
  private static final Pattern CHAPTER =
      Pattern.compile(
          "<tr><td>([A-Z])</td><td>[^<]+</td><td>\\{@link nbdj\\.api\\.(\\w+)}</td></tr>");

  /** The numbers of a chapter's rules, in the order in which they stand in a type. */
  private record Chapter(String type, List<Integer> numbers) {}

  private final SortedMap<String, List<Chapter>> chapters = new TreeMap<>();
  private SortedMap<String, String> sources = new TreeMap<>();

  @BeforeEach
  void readRules() throws IOException {
    sources = ApiSources.read();
    sources.forEach((type, source) -> {
      SortedMap<String, List<Integer>> here = new TreeMap<>();
      Matcher rule = RULE.matcher(source);
      while (rule.find()) {
        here.computeIfAbsent(rule.group(1), c -> new ArrayList<>())
            .add(Integer.valueOf(rule.group(2)));
      }
      here.forEach((chapter, numbers) ->
          chapters
              .computeIfAbsent(chapter, c -> new ArrayList<>())
              .add(new Chapter(type, numbers)));
    });
  }

  @Test
  void eachChapter_isNumberedUpwards() {
    assertFalse(chapters.isEmpty());
    numbers()
        .forEach((letter, numbers) ->
            assertEquals(numbers.stream().sorted().toList(), numbers, "chapter " + letter));
  }

  @Test
  void numbers_areThoseEverGivenLessTheRetired() throws IOException {
    Path file = Path.of("src/test/resources/nbdj/api/rule-numbers.txt");
    RuleNumbers known = new RuleNumbers(Files.readAllLines(file));
    assertEquals(List.of(), known.problems(numbers()), file.toString());
  }

  @Test
  void numberReusedOrForgotten_problems_nameIt() {
    RuleNumbers known = new RuleNumbers(List.of("A 3 retired 2", "B 2"));
    assertEquals(List.of(), known.problems(Map.of("A", List.of(1, 3), "B", List.of(1, 2))));
    assertEquals(
        List.of("A-2 is retired: give the rule the number 4"),
        known.problems(Map.of("A", List.of(1, 2, 3), "B", List.of(1, 2))));
    assertEquals(
        List.of("A-4 is new: make 4 the highest of A", "B-2 stands twice"),
        known.problems(Map.of("A", List.of(1, 3, 4), "B", List.of(1, 2, 2))));
    assertEquals(
        List.of("A-3 has gone: list it as retired", "C-1 is new: make 1 the highest of C"),
        known.problems(Map.of("A", List.of(1), "B", List.of(1, 2), "C", List.of(1))));
    assertEquals(
        List.of("B-1 has gone: list it as retired", "B-2 has gone: list it as retired"),
        known.problems(Map.of("A", List.of(1, 3))));
  }

  private Map<String, List<Integer>> numbers() {
    Map<String, List<Integer>> numbers = new TreeMap<>();
    chapters.forEach((letter, parts) ->
        numbers.put(letter, parts.stream().flatMap(part -> part.numbers().stream()).toList()));
    return numbers;
  }

  @Test
  void tableOfThePackage_namesEveryChapterAndItsOneType() {
    Map<String, String> listed = new TreeMap<>();
    Matcher row = CHAPTER.matcher(String.valueOf(sources.get("package-info")));
    while (row.find()) {
      listed.put(row.group(1), row.group(2));
    }
    Map<String, String> found = new TreeMap<>();
    chapters.forEach((letter, parts) ->
        found.put(letter, String.join(" and ", parts.stream().map(Chapter::type).toList())));
    assertEquals(found, listed);
  }

  @Test
  void everyRuleMentioned_exists() {
    TreeSet<String> known = new TreeSet<>();
    chapters.forEach((letter, parts) ->
        parts.forEach(part -> part.numbers().forEach(n -> known.add(letter + "-" + n))));
    sources.forEach((type, source) ->
        MENTION
            .matcher(source)
            .results()
            .forEach(mention ->
                assertTrue(
                    known.contains(mention.group()),
                    "%s mentions %s, which is no rule".formatted(type, mention.group()))));
  }
}
