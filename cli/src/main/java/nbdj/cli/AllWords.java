package nbdj.cli;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Reads a command line in any form, and tells what is wrong with it. */
final class AllWords {
  private AllWords() {}

  /**
   * Read a command line.
   *
   * @throws UsageException if it is none
   */
  static OptionValues read(String... words) throws UsageException {
    try {
      CommandSpec spec = CommandLineOptions.spec();
      String[] whole = Abbreviations.writeOut(spec, words);
      return valuesOf(new CommandLine(spec).parseArgs(whole));
    } catch (UnmatchedArgumentException e) {
      String guess = e.getSuggestions().stream().findFirst().orElse("");
      throw new UsageException(
          "%s: unknown option%s"
              .formatted(
                  e.getUnmatched().getFirst(),
                  guess.isEmpty() ? " (see nbdj --help)" : " (did you mean " + guess + "?)"),
          e);
    } catch (MissingParameterException e) {
      OptionSpec option = (OptionSpec) e.getMissing().getFirst();
      throw new UsageException(
          "%s: a value is needed: %s".formatted(option.longestName(), option.paramLabel()), e);
    } catch (ParameterException e) {
      String message = Objects.requireNonNullElse(e.getMessage(), "cannot be understood");
      throw new UsageException(
          message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1), e);
    }
  }

  private static OptionValues valuesOf(ParseResult parsed) {
    OptionValues values = new OptionValues();
    for (Option option : CommandLineOptions.all()) {
      OptionSpec matched = parsed.matchedOption(option.names().getFirst());
      if (matched != null) {
        List<String> texts =
            option.takesValue() ? matched.stringValues() : matched.originalStringValues();
        texts.forEach(text -> values.add(option, option.takesValue() ? text : ""));
      }
    }
    values.addWords(parsed.matchedPositionalValue(0, List.of()));
    return values;
  }
}
