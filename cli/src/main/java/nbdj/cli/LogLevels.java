package nbdj.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.event.Level;

/**
 * How much each logger tells: what {@code -v} says, and what {@code -D NAME.FLAG=N} says of a part.
 *
 * <p>A part is a package of the server, {@code nbdj.chain}, or what a layer logs, {@code
 * memory.log}: all loggers that have the layer's name as one part of their own. Immutable.
 */
final class LogLevels {
  /** The parts of the server: packages below {@code nbdj.runtime}. */
  private static final Set<String> SERVER =
      Set.of("chain", "discovery", "protocol", "server", "transport");

  /** Flags that nbdkit has, and the parts that tell about the same. */
  private static final Map<String, List<String>> OF_NBDKIT =
      Map.of(
          "nbdkit.backend.controlpath", List.of("server", "protocol"),
          "nbdkit.backend.datapath", List.of("chain", "protocol"),
          "nbdkit.environ", List.of());

  /** Flags of single layers that nbdkit has. */
  private static final Set<String> OF_LAYERS_OF_NBDKIT = Set.of("file.zero", "memory.dir");

  /** A part and how much it tells. */
  private record Rule(Predicate<String> logger, Level least) {}

  private final Level least;
  private final List<Rule> rules = new ArrayList<>();

  private LogLevels(Level least) {
    this.least = least;
  }

  /** Get what a command says. Flags that do not exist count for nothing. */
  static LogLevels of(Logging logging) {
    LogLevels levels = new LogLevels(level(logging.verbosity()));
    logging
        .flags()
        .forEach((flag, number) -> levels.rules.add(new Rule(loggers(flag), level(number))));
    return levels;
  }

  /**
   * Check that the flags exist.
   *
   * @param layers the names of the layers of the command
   */
  static void check(Logging logging, List<String> layers) throws UsageException {
    for (String flag : logging.flags().keySet()) {
      String name = flag.substring(0, flag.indexOf('.'));
      String rest = flag.substring(flag.indexOf('.') + 1);
      boolean known =
          OF_NBDKIT.containsKey(flag)
              || (name.equals("nbdj") && SERVER.contains(rest))
              || (layers.contains(name)
                  && (rest.equals("log") || OF_LAYERS_OF_NBDKIT.contains(flag)));
      if (!known) {
        throw new UsageException(
            "--debug %s: no such flag (there are %s, and NAME.log for a layer of the command)"
                .formatted(
                    flag,
                    String.join(", ", SERVER.stream().map("nbdj."::concat).sorted().toList())));
      }
    }
  }

  private static Predicate<String> loggers(String flag) {
    String name = flag.substring(0, flag.indexOf('.'));
    if (OF_NBDKIT.containsKey(flag)) {
      List<String> parts = OF_NBDKIT.getOrDefault(flag, List.of());
      return logger -> parts.stream().anyMatch(part -> isOfServer(logger, part));
    }
    if (name.equals("nbdj")) {
      return logger -> isOfServer(logger, flag.substring("nbdj.".length()));
    }
    String layer = plain(name);
    return logger ->
        Arrays.stream(logger.split("\\.", -1)).anyMatch(part -> plain(part).equals(layer));
  }

  private static boolean isOfServer(String logger, String part) {
    return logger.startsWith("nbdj.runtime." + part + ".");
  }

  private static String plain(String name) {
    return name.replace("-", "").toLowerCase(Locale.ROOT);
  }

  private static Level level(int verbosity) {
    return switch (verbosity) {
      case 0 -> Level.WARN;
      case 1 -> Level.DEBUG;
      default -> Level.TRACE;
    };
  }

  /** Get the least level that a logger shows. */
  Level of(String logger) {
    return rules.stream()
        .filter(rule -> rule.logger().test(logger))
        .map(Rule::least)
        .reduce((a, b) -> a.toInt() < b.toInt() ? a : b)
        .orElse(least);
  }
}
