package nbdj.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import nbdj.api.ConfigException;
import nbdj.api.Values;
import nbdj.runtime.server.TlsMode;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Reads a command line. */
final class CommandLineReader {
  private static final long LEAST_MEMORY = 64L << 20;
  private static final long MOST_MEMORY = 1L << 40;

  private final ParseResult parsed;

  private CommandLineReader(ParseResult parsed) {
    this.parsed = parsed;
  }

  /**
   * Parse the words, which tells how much to log.
   *
   * @throws UsageException if they are no command line
   */
  static CommandLineReader parse(String... words) throws UsageException {
    try {
      return new CommandLineReader(new CommandLine(CommandLineOptions.spec()).parseArgs(words));
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

  /** Get how often {@code -v} was given. */
  int verbosity() {
    OptionSpec verbose = parsed.matchedOption("--verbose");
    return verbose == null ? 0 : verbose.originalStringValues().size();
  }

  /**
   * Check the words together.
   *
   * @param activated how many sockets the process was started with; empty if it was not
   * @throws UsageException if they contradict each other
   */
  Options options(OptionalInt activated) throws UsageException {
    List<String> words = new ArrayList<>(parsed.matchedPositionalValue(0, List.of()));
    Optional<String> plugin = text("--plugin");
    if (plugin.isEmpty() && !words.isEmpty()) {
      plugin = Optional.of(words.removeFirst());
    }
    List<Path> folders = new ArrayList<>();
    for (String folder : texts("--plugin-path")) {
      folders.add(path("--plugin-path", folder));
    }
    Optional<String> pidFile = text("--pidfile");
    return new Options(
        action(),
        plugin,
        texts("--filter"),
        words.stream().map(Setting::of).toList(),
        folders,
        endpoint(activated),
        flag("--readonly"),
        text("--exportname").orElse(""),
        limits(),
        tls(),
        pidFile.isPresent() ? Optional.of(path("--pidfile", pidFile.get())) : Optional.empty(),
        text("--run"),
        flag("--print-uri"));
  }

  private ClientLimits limits() throws UsageException {
    return new ClientLimits(
        integer("--threads", 1, 1024),
        integer("--max-connections", 1, 1_000_000),
        integer("--max-options", 1, 1_000_000),
        parsed("--timeout", CommandLineReader::positive),
        parsed("--idle-timeout", Values::duration),
        parsed("--stall-timeout", Values::duration),
        parsed("--request-memory", CommandLineReader::memory),
        parsed("--connection-memory", CommandLineReader::memory));
  }

  private static Duration positive(String text) throws ConfigException {
    Duration duration = Values.duration(text);
    if (!duration.isPositive()) {
      throw new ConfigException("a handshake takes some time");
    }
    return duration;
  }

  private static long memory(String text) throws ConfigException {
    long bytes = Values.size(text);
    if (bytes < LEAST_MEMORY || bytes > MOST_MEMORY) {
      throw new ConfigException("must be from 64M, the longest request, to 1T");
    }
    return bytes;
  }

  private Tls tls() throws UsageException {
    if (has("--tls-psk")) {
      throw new UsageException(
          "--tls-psk: keys shared beforehand are not offered, for Java's TLS does not know them;"
              + " use certificates: --tls-certificates DIR");
    }
    TlsMode mode =
        switch (text("--tls").orElse("off")) {
          case "off" -> TlsMode.OFF;
          case "on" -> TlsMode.ON;
          case "require" -> TlsMode.REQUIRE;
          default ->
              throw new UsageException(
                  "--tls %s: must be off, on or require".formatted(text("--tls").orElse("")));
        };
    Optional<String> folder = text("--tls-certificates");
    for (String option : List.of("--tls-certificates", "--tls-verify-peer")) {
      if (mode == TlsMode.OFF && has(option)) {
        throw new UsageException(option + " needs --tls on or --tls require");
      }
    }
    return new Tls(
        mode,
        folder.isPresent()
            ? Optional.of(path("--tls-certificates", folder.get()))
            : Optional.empty(),
        flag("--tls-verify-peer"));
  }

  /** Reads one value. */
  @FunctionalInterface
  private interface Parser<T> {
    T parse(String text) throws ConfigException;
  }

  private <T> Optional<T> parsed(String option, Parser<T> parser) throws UsageException {
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

  private Action action() throws UsageException {
    List<Action> asked = new ArrayList<>();
    if (flag("--help")) {
      asked.add(Action.HELP);
    }
    if (flag("--version")) {
      asked.add(Action.VERSION);
    }
    if (flag("--list")) {
      asked.add(Action.LIST);
    }
    if (flag("--dump-plugin")) {
      asked.add(Action.DUMP);
    }
    return asked.isEmpty() ? Action.SERVE : asked.getFirst();
  }

  private Endpoint endpoint(OptionalInt activated) throws UsageException {
    boolean tcp = has("--port") || has("--ipaddr");
    List<String> ways =
        Stream.of("--unix", tcp ? has("--port") ? "--port" : "--ipaddr" : "", "--single")
            .filter(name -> !name.isEmpty() && has(name))
            .toList();
    if (ways.size() > 1) {
      throw new UsageException("%s and %s exclude each other".formatted(ways.get(0), ways.get(1)));
    }
    if (has("--single") && has("--run")) {
      throw new UsageException("--single and --run exclude each other");
    }
    if (has("--single") && flag("--print-uri")) {
      throw new UsageException("--single and --print-uri exclude each other");
    }
    if (activated.isPresent()) {
      return activated(activated.getAsInt(), ways);
    }
    if (has("--single")) {
      return new Endpoint.Single();
    }
    Optional<String> unix = text("--unix");
    if (unix.isPresent() && !unix.get().equals("-")) {
      return new Endpoint.Unix(path("--unix", unix.get()));
    }
    if (unix.isPresent() || (has("--run") && !tcp)) {
      return new Endpoint.PrivateUnix();
    }
    int port = integer("--port", 0, 65535).orElse(Endpoint.NBD_PORT);
    return new Endpoint.Tcp(text("--ipaddr"), port);
  }

  private Endpoint activated(int sockets, List<String> ways) throws UsageException {
    List<String> refused = new ArrayList<>(ways);
    if (has("--run")) {
      refused.add("--run");
    }
    if (!refused.isEmpty()) {
      throw new UsageException(
          refused.getFirst() + " cannot go with a socket that LISTEN_FDS hands over");
    }
    if (sockets != 1) {
      throw new UsageException(
          "LISTEN_FDS=%d: only one socket can be handed over".formatted(sockets));
    }
    return new Endpoint.Activated();
  }

  private boolean has(String option) {
    return parsed.hasMatchedOption(option);
  }

  private boolean flag(String option) {
    return parsed.matchedOptionValue(option, false);
  }

  private Optional<String> text(String option) throws UsageException {
    OptionSpec matched = parsed.matchedOption(option);
    if (matched == null) {
      return Optional.empty();
    }
    if (matched.stringValues().size() > 1) {
      throw new UsageException(option + ": given more than once");
    }
    return Optional.of(matched.stringValues().getFirst());
  }

  private List<String> texts(String option) {
    return List.copyOf(parsed.<List<String>>matchedOptionValue(option, List.of()));
  }

  private OptionalInt integer(String option, int least, int most) throws UsageException {
    Optional<String> text = text(option);
    if (text.isEmpty()) {
      return OptionalInt.empty();
    }
    try {
      int number = Integer.parseInt(text.get());
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

  private static Path path(String option, String text) throws UsageException {
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
