package nbdj.tck.blackbox;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;

/**
 * What is set for a run, by JUnit's configuration parameters; system properties are among them.
 *
 * @param seed of random operations; {@code nbdj.tck.seed}, chosen at random unless it is set
 * @param rounds how many random operations a test does; {@code nbdj.tck.rounds}
 * @param tools whether clients of others are run where they are installed; {@code nbdj.tck.tools}
 * @param timeout how long something may take that must happen; {@code nbdj.tck.timeout}, in seconds
 */
record Settings(long seed, int rounds, boolean tools, Duration timeout) {
  /** Read the parameters. */
  static Settings of(Function<String, Optional<String>> parameters) {
    return new Settings(
        parameters
            .apply("nbdj.tck.seed")
            .map(Long::valueOf)
            .orElseGet(() -> ThreadLocalRandom.current().nextLong()),
        parameters.apply("nbdj.tck.rounds").map(Integer::valueOf).orElse(300),
        parameters.apply("nbdj.tck.tools").map(Boolean::valueOf).orElse(true),
        Duration.ofSeconds(parameters.apply("nbdj.tck.timeout").map(Long::valueOf).orElse(10L)));
  }

  /** Get the seed, and print how to repeat the run. */
  long printedSeed() {
    System.out.println("seed: -Dnbdj.tck.seed=" + seed);
    return seed;
  }
}
