package nbdj.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import nbdj.api.ConfigException;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** The options of a command by their long names, each read as what it is. */
final class OptionValues {
  private final ParseResult parsed;

  OptionValues(ParseResult parsed) {
    this.parsed = parsed;
  }

  boolean has(String option) {
    return parsed.hasMatchedOption(option);
  }

  boolean flag(String option) {
    return parsed.matchedOptionValue(option, false);
  }

  /** Get how often a flag was given. */
  int times(String option) {
    OptionSpec matched = parsed.matchedOption(option);
    return matched == null ? 0 : matched.originalStringValues().size();
  }

  Optional<String> text(String option) throws UsageException {
    OptionSpec matched = parsed.matchedOption(option);
    if (matched == null) {
      return Optional.empty();
    }
    if (matched.stringValues().size() > 1) {
      throw new UsageException(option + ": given more than once");
    }
    return Optional.of(matched.stringValues().getFirst());
  }

  List<String> texts(String option) {
    return List.copyOf(parsed.<List<String>>matchedOptionValue(option, List.of()));
  }

  /** Get the words that belong to no option. */
  List<String> words() {
    return parsed.matchedPositionalValue(0, List.of());
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
