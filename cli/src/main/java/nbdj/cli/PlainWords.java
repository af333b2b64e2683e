package nbdj.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a command line in which everything is written out and right, as nearly all are.
 *
 * <p>What it cannot read is left to {@link AllWords}, which understands each form, knows what is
 * wrong, and takes as long as half of the start of the server.
 */
final class PlainWords {
  private final Map<String, Option> known = new HashMap<>();
  private final OptionValues values = new OptionValues();
  private final List<String> words = new ArrayList<>();

  private PlainWords() {
    for (Option option : CommandLineOptions.all()) {
      for (String name : option.names()) {
        known.put(name, option);
      }
    }
  }

  /** Read a command line; empty if it is not such a plain one. */
  static Optional<OptionValues> read(String... commandLine) {
    PlainWords reader = new PlainWords();
    return reader.readAll(commandLine) ? Optional.of(reader.values) : Optional.empty();
  }

  private boolean readAll(String... commandLine) {
    for (int i = 0; i < commandLine.length; i++) {
      String word = commandLine[i];
      Option option = known.get(word);
      if (option == null) {
        if (!readOne(word)) {
          return false;
        }
      } else if (!option.takesValue()) {
        values.add(option, "");
      } else if (++i == commandLine.length || !isPlainValue(commandLine[i])) {
        return false;
      } else {
        values.add(option, commandLine[i]);
      }
    }
    values.addWords(words);
    return true;
  }

  /** Read a word that is no option's name: {@code --name=value}, {@code -Nvalue} or no option. */
  private boolean readOne(String word) {
    if (!word.startsWith("-")) {
      words.add(word);
      return !word.isEmpty();
    }
    if (word.length() < 3) {
      return false;
    }
    int end = word.startsWith("--") ? word.indexOf('=') : 2;
    @Nullable Option option = end < 0 ? null : known.get(word.substring(0, end));
    if (option == null || !option.takesValue()) {
      return false;
    }
    String value = word.substring(end == 2 ? end : end + 1);
    values.add(option, value);
    return isPlainValue(value);
  }

  /** Tell whether a value cannot be taken for anything else. */
  private static boolean isPlainValue(String text) {
    return text.equals("-") || !(text.isEmpty() || text.startsWith("-") || text.startsWith("="));
  }
}
