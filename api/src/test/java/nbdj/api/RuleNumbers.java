package nbdj.api;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The numbers that rules have or ever had.
 *
 * <p>A line for each chapter: its letter, the highest number ever given, and the numbers that are
 * retired, for example {@code L 20 retired 7 9}. Nothing is ever taken out of a line, so that no
 * number comes to mean something else than in an old report.
 */
final class RuleNumbers {
  private record Chapter(int highest, Set<Integer> retired) {}

  private final Map<String, Chapter> chapters = new TreeMap<>();

  RuleNumbers(List<String> lines) {
    for (String line : lines) {
      List<String> words = Arrays.asList(line.strip().split(" +"));
      Set<Integer> retired = new TreeSet<>();
      if (words.size() > 2) {
        words.subList(3, words.size()).forEach(word -> retired.add(Integer.valueOf(word)));
      }
      chapters.put(words.get(0), new Chapter(Integer.parseInt(words.get(1)), retired));
    }
  }

  /** Tell what is wrong with the numbers that rules have now, by their chapters. */
  List<String> problems(Map<String, ? extends Collection<Integer>> live) {
    List<String> problems = new ArrayList<>();
    Set<String> letters = new TreeSet<>(chapters.keySet());
    letters.addAll(live.keySet());
    for (String letter : letters) {
      Chapter chapter = chapters.getOrDefault(letter, new Chapter(0, Set.of()));
      Collection<Integer> numbers = live.containsKey(letter) ? live.get(letter) : List.of();
      Set<Integer> seen = new TreeSet<>();
      for (int number : numbers) {
        String rule = letter + "-" + number;
        if (!seen.add(number)) {
          problems.add(rule + " stands twice");
        }
        if (chapter.retired.contains(number)) {
          problems.add(
              "%s is retired: give the rule the number %d".formatted(rule, chapter.highest + 1));
        }
        if (number > chapter.highest) {
          problems.add("%s is new: make %d the highest of %s".formatted(rule, number, letter));
        }
      }
      for (int number = 1; number <= chapter.highest; number++) {
        if (!seen.contains(number) && !chapter.retired.contains(number)) {
          problems.add("%s-%d has gone: list it as retired".formatted(letter, number));
        }
      }
    }
    return problems;
  }
}
