package nbdj.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import nbdj.api.Values;

/** Reads a command line. */
final class CommandLineReader {
  /** What asks for something else than to serve; if there are several, the first here counts. */
  private static final List<Map.Entry<String, Action>> ACTIONS =
      List.of(
          Map.entry("--help", Action.HELP),
          Map.entry("--version", Action.VERSION),
          Map.entry("--list", Action.LIST),
          Map.entry("--dump-config", Action.CONFIG),
          Map.entry("--short-options", Action.SHORT_OPTIONS),
          Map.entry("--long-options", Action.LONG_OPTIONS),
          Map.entry("--dump-plugin", Action.DUMP));

  private final OptionValues values;

  /** How many of the last words stand behind {@code --}. */
  private final int literal;

  private CommandLineReader(OptionValues values, int literal) {
    this.values = values;
    this.literal = literal;
  }

  /**
   * Parse the words, which tells how much to log.
   *
   * @throws UsageException if they are no command line
   */
  static CommandLineReader parse(String... words) throws UsageException {
    int end = List.of(words).indexOf("--");
    int literal = end < 0 ? 0 : words.length - end - 1;
    Optional<OptionValues> plain = PlainWords.read(words);
    OptionValues values = plain.isPresent() ? plain.get() : AllWords.read(words);
    for (RefusedOption refused : RefusedOption.all()) {
      if (values.has(refused.name())) {
        throw new UsageException("%s: %s".formatted(refused.name(), refused.reason()));
      }
    }
    return new CommandLineReader(values, literal);
  }

  /**
   * Read how the command is to tell what happens.
   *
   * @throws UsageException if it cannot
   */
  Logging logging(Manners manners) throws UsageException {
    Map<String, Integer> flags = new TreeMap<>();
    for (String flag : values.texts("--debug")) {
      int equals = flag.indexOf('=');
      String name = equals < 0 ? flag : flag.substring(0, equals);
      String number = equals < 0 ? "1" : flag.substring(equals + 1);
      if (!name.matches("[^.]+\\..+") || !number.matches("[0-9]{1,9}")) {
        throw new UsageException("--debug %s: must be NAME.FLAG=N".formatted(flag));
      }
      flags.put(name, Integer.valueOf(number));
    }
    return new Logging(
        values.text("--name").orElse(manners.program()),
        values.times("--verbose"),
        flags,
        values.text("--log").orElse("default"));
  }

  /**
   * Check the words together.
   *
   * @param activated how many sockets the process was started with; empty if it was not
   * @throws UsageException if they contradict each other
   */
  Options options(OptionalInt activated, Manners manners) throws UsageException {
    List<String> words = ParameterWords.expand(values.words(), literal);
    Optional<String> plugin = values.text("--plugin");
    if (plugin.isEmpty() && !words.isEmpty()) {
      plugin = Optional.of(words.removeFirst());
    }
    List<Path> folders = new ArrayList<>();
    for (String folder : values.texts("--plugin-path")) {
      folders.add(OptionValues.path("--plugin-path", folder));
    }
    ProtectionReader protection = new ProtectionReader(values);
    return new Options(
        action(),
        plugin,
        values.texts("--filter"),
        words.stream().map(Setting::of).toList(),
        folders,
        new EndpointReader(values, manners).read(activated),
        values.flag("--readonly"),
        values.text("--exportname").orElse(""),
        offer(),
        protection.limits(),
        protection.tls(manners),
        life());
  }

  private Options.Offer offer() throws UsageException {
    return new Options.Offer(
        values.flag("--keepalive"),
        values.integer("--mask-handshake", 0, 0xffff).orElse(0xffff),
        !values.flag("--no-sr"),
        !values.flag("--no-mc"));
  }

  private Options.Life life() throws UsageException {
    for (String option : List.of("--run", "--foreground", "--exit-with-parent")) {
      if (values.has(option) && values.has("--background")) {
        throw new UsageException("%s and --background exclude each other".formatted(option));
      }
    }
    return new Options.Life(
        values.path("--pidfile"),
        values.text("--run"),
        values.flag("--print-uri"),
        values.flag("--background"),
        values.parsed("--stop-timeout", Values::duration),
        values.flag("--exit-with-parent"),
        values.integer("--metrics", 0, 65535));
  }

  private Action action() {
    return ACTIONS.stream()
        .filter(entry -> values.flag(entry.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(Action.SERVE);
  }
}
