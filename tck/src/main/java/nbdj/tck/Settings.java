package nbdj.tck;

import java.util.concurrent.ThreadLocalRandom;

/** What system properties say about a run. */
final class Settings {
  private Settings() {}

  /** Get the seed of a random test and print how to repeat it. */
  static long seed() {
    long seed = Long.getLong("nbdj.tck.seed", ThreadLocalRandom.current().nextLong());
    System.out.println("seed: -Dnbdj.tck.seed=" + seed);
    return seed;
  }

  /** Get the number of random operations. */
  static int rounds() {
    return Integer.getInteger("nbdj.tck.rounds", 300);
  }

  /** Get how long something may take that must happen, in seconds. */
  static int timeout() {
    return Integer.getInteger("nbdj.tck.timeout", 10);
  }
}
