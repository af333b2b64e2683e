package nbdj.error;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import nbdj.api.ConfigException;
import nbdj.api.NbdError;
import nbdj.api.Parameter;
import nbdj.api.Values;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The filter's parameters, as declared and as given.
 *
 * <p>What is given for one operation goes before what is given for all, in whatever order.
 */
final class ErrorParameters {
  private static final Logger log = LoggerFactory.getLogger(ErrorParameters.class);

  private static final String SEED = "error-seed";

  /** The errors that the protocol knows as an answer to any request. */
  private static final String[] ERRORS = {
    "EPERM", "EIO", "ENOMEM", "EINVAL", "ENOSPC", "ESHUTDOWN"
  };

  private final Map<String, String> given = new HashMap<>();

  static List<Parameter> declare() {
    List<Parameter> all = new ArrayList<>();
    declare(all, "error", "requests", "");
    for (Operation operation : Operation.values()) {
      String unlike =
          Operation.COMMON.contains(operation) ? "" : " The parameter error-rate is not for these.";
      declare(all, "error-" + operation.word(), operation.word() + " requests", unlike);
    }
    all.add(
        Parameter.of(
            SEED,
            Parameter.Type.INTEGER,
            "Which requests fail, where a rate is between 0 and 1: the same seed picks the same"
                + " ones. Random unless given."));
    return all;
  }

  private static void declare(List<Parameter> all, String name, String what, String unlike) {
    boolean common = name.equals("error");
    all.add(
        Parameter.choice(name, "The error with which %s fail.".formatted(what), ERRORS)
            .withDefault(common ? "EIO" : ""));
    all.add(
        Parameter.of(
                name + "-rate",
                Parameter.Type.PROBABILITY,
                "The share of %s that fail: 10%%, 0.1 or 1:10.%s".formatted(what, unlike))
            .withDefault(common ? "0" : ""));
    all.add(
        Parameter.of(
            name + "-file",
            Parameter.Type.PATH,
            "Let %s fail only while this file exists.".formatted(what)));
  }

  void give(String key, String value) {
    given.put(key, value);
  }

  /** Put what was given into force. */
  void apply(Errors errors) throws ConfigException {
    long seed = seed();
    for (Operation operation : Operation.values()) {
      double rate = rate(operation);
      if (rate > 0) {
        ErrorRule rule = errors.fail().add(operation).rate(rate, seed);
        String file = forOne(operation, "-file");
        if (file != null) {
          Path trigger = Values.path(file);
          rule.onlyIf(() -> Files.exists(trigger));
        }
        String error = forOne(operation, "");
        rule.with(error == null ? NbdError.EIO : NbdError.valueOf(error));
      }
    }
  }

  private long seed() throws ConfigException {
    String seed = given.get(SEED);
    if (seed != null) {
      return Values.integer(seed, Long.MIN_VALUE, Long.MAX_VALUE);
    }
    long random = ThreadLocalRandom.current().nextLong();
    log.info("{}={}", SEED, random);
    return random;
  }

  private double rate(Operation operation) throws ConfigException {
    String rate =
        Operation.COMMON.contains(operation)
            ? forOne(operation, "-rate")
            : given.get("error-" + operation.word() + "-rate");
    return rate == null ? 0 : Values.probability(rate);
  }

  /** Get what was given for an operation or else for all. */
  private @Nullable String forOne(Operation operation, String suffix) {
    String own = given.get("error-" + operation.word() + suffix);
    return own != null ? own : given.get("error" + suffix);
  }
}
