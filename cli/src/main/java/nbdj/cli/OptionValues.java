package nbdj.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import nbdj.api.ConfigException;

/** The options of a command by their long names, each read as what it is. */
final class OptionValues {
  /** The values of each option given, by all its names; of one without values {@code ""}s. */
  private final Map<String, List<String>> given = new HashMap<>();

  private final List<String> words = new ArrayList<>();

  /** Take note that an option was given. */
  void add(Option option, String value) {
    for (String name : option.names()) {
      given.computeIfAbsent(name, n -> new ArrayList<>()).add(value);
    }
  }

  /** Take note of words that belong to no option. */
  void addWords(List<String> more) {
    words.addAll(more);
  }

  boolean has(String option) {
    return given.containsKey(option);
  }

  boolean flag(String option) {
    return has(option);
  }

  /** Get how often a flag was given. */
  int times(String option) {
    return texts(option).size();
  }

  Optional<String> text(String option) throws UsageException {
    List<String> texts = texts(option);
    if (texts.size() > 1) {
      throw new UsageException(option + ": given more than once");
    }
    return texts.isEmpty() ? Optional.empty() : Optional.of(texts.getFirst());
  }

  List<String> texts(String option) {
    return Collections.unmodifiableList(given.getOrDefault(option, List.of()));
  }

  /** Get the words that belong to no option. */
  List<String> words() {
    return Collections.unmodifiableList(words);
  }

  OptionalInt integer(String option, int least, int most) throws UsageException {
    Optional<String> text = text(option);
    if (text.isEmpty()) {
      return OptionalInt.empty();
    }
    try {
      int number = Integer.decode(text.get());
      if (number >= least && number <= most) {
        return OptionalInt.of(number);
      }
    } catch (NumberFormatException e) {
      throw new UsageException(notANumber(option, text.get(), least, most), e);
    }
    throw new UsageException(notANumber(option, text.get(), least, most));
  }

  private static String notANumber(String option, String text, int least, int most) {
    return "%s %s: not a number from %d to %d".formatted(option, text, least, most);
  }

  /** Reads one value. */
  @FunctionalInterface
  interface Parser<T> {
    T parse(String text) throws ConfigException;
  }

  /** Get a value of any kind. */
  <T> Optional<T> parsed(String option, Parser<T> parser) throws UsageException {
    Optional<String> text = text(option);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(parser.parse(text.get()));
    } catch (ConfigException e) {
      throw new UsageException("%s %s: %s".formatted(option, text.get(), e.getMessage()), e);
    }
  }

  Optional<Path> path(String option) throws UsageException {
    Optional<String> text = text(option);
    return text.isEmpty() ? Optional.empty() : Optional.of(path(option, text.get()));
  }

  /** Read a path that an option names. */
  static Path path(String option, String text) throws UsageException {
    if (text.isEmpty()) {
      throw new UsageException(option + ": an empty path");
    }
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new UsageException("%s: not a path: %s".formatted(option, e.getReason()), e);
    }
  }
}
