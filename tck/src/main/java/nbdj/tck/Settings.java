package nbdj.tck;

import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;

/**
 * What is set for a run, by JUnit's configuration parameters; system properties are among them.
 *
 * @param seed what patterns and random operations are a function of; {@code nbdj.tck.seed}, chosen
 *     at random unless it is set
 * @param rounds how many random operations a run has; {@code nbdj.tck.rounds}
 * @param timeout how many seconds something may take that must happen; {@code nbdj.tck.timeout}
 * @param strict a broken recommendation fails its test; {@code nbdj.tck.strict}
 * @param summary what was covered is printed after each contract; {@code nbdj.tck.summary}
 */
record Settings(long seed, int rounds, int timeout, boolean strict, boolean summary) {
  static final String SEED = "nbdj.tck.seed";

  /** Read the parameters. */
  static Settings of(Function<String, Optional<String>> parameters) {
    return new Settings(
        parameters
            .apply(SEED)
            .map(value -> number(SEED, value, Long.MIN_VALUE))
            .orElseGet(() -> ThreadLocalRandom.current().nextLong()),
        count(parameters, "nbdj.tck.rounds", 300),
        count(parameters, "nbdj.tck.timeout", 10),
        flag(parameters, "nbdj.tck.strict", false),
        flag(parameters, "nbdj.tck.summary", true));
  }

  /** Get what a person types to repeat the run. */
  String repeat() {
    return "-D" + SEED + "=" + seed;
  }

  private static int count(
      Function<String, Optional<String>> parameters, String name, int otherwise) {
    return parameters
        .apply(name)
        .map(value -> (int) Math.min(Integer.MAX_VALUE, number(name, value, 1)))
        .orElse(otherwise);
  }

  private static long number(String name, String value, long least) {
    try {
      long number = Long.parseLong(value.strip());
      if (number >= least) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "%s is '%s' and must be a whole number".formatted(name, value), e);
    }
    throw new IllegalArgumentException(
        "%s is '%s' and must be at least %d".formatted(name, value, least));
  }

  private static boolean flag(
      Function<String, Optional<String>> parameters, String name, boolean otherwise) {
    String value = parameters.apply(name).orElse(String.valueOf(otherwise)).strip();
    return switch (value) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw new IllegalArgumentException(
              "%s is '%s' and must be true or false".formatted(name, value));
    };
  }
}
