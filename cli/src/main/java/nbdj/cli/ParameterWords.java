package nbdj.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/** The words of a command that are no options, with {@code @FILE} read from that file. */
final class ParameterWords {
  private ParameterWords() {}

  /**
   * Replace each {@code @FILE} by the lines of that file. Blank lines and those that begin with
   * {@code #} stand for nothing; a line is one word as it is, never an option or another file.
   *
   * @param literal how many of the last words stand for themselves
   * @return a list that can be changed
   * @throws UsageException if a file cannot be read
   */
  static List<String> expand(List<String> words, int literal) throws UsageException {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (word.startsWith("@") && i < words.size() - literal) {
        all.addAll(linesOf(word));
      } else {
        all.add(word);
      }
    }
    return all;
  }

  private static List<String> linesOf(String word) throws UsageException {
    try {
      return Files.readAllLines(OptionValues.path(word, word.substring(1))).stream()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .toList();
    } catch (IOException e) {
      if (e instanceof UsageException usage) {
        throw usage;
      }
      throw new UsageException(
          "%s: cannot read parameters: %s (-- before it lets the word stand for itself)"
              .formatted(word, Sentences.of(e)),
          e);
    }
  }
}
