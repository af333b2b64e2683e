package nbdj.delay;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import nbdj.api.ConfigException;
import nbdj.api.Parameter;
import nbdj.api.Values;
import org.jspecify.annotations.Nullable;

/**
 * The filter's parameters, as declared and as given.
 *
 * <p>What is given for one operation goes before {@code wdelay}, in whatever order.
 */
final class DelayParameters {
  private static final String FAST_ZERO = "delay-fast-zero";
  private static final String TRIGGER = "delay-trigger";

  private final Map<String, String> given = new HashMap<>();

  static List<Parameter> declare() {
    List<Parameter> all = new ArrayList<>();
    all.add(duration("rdelay", "The same as delay-read."));
    all.add(duration("wdelay", "How long writes, zeroes and trims are delayed."));
    for (Operation operation : Operation.values()) {
      all.add(
          duration(
              "delay-" + operation.word(),
              "How long each %s is delayed.".formatted(operation.word())));
    }
    all.add(
        Parameter.of(
                FAST_ZERO,
                Parameter.Type.BOOLEAN,
                "Whether fast zero requests are delayed like other zeroes (true) or, where zeroes"
                    + " are delayed, refused at once (false).")
            .withDefault("true"));
    all.add(
        Parameter.of(TRIGGER, Parameter.Type.PATH, "Delay requests only while this file exists."));
    return all;
  }

  private static Parameter duration(String name, String help) {
    return Parameter.of(name, Parameter.Type.DURATION, help);
  }

  void give(String key, String value) {
    given.put(key, value);
  }

  /** Tell whether fast zeroes are delayed like others. */
  boolean fastZero() throws ConfigException {
    String value = given.get(FAST_ZERO);
    return value == null || Values.bool(value) || nanos(Operation.ZERO) == 0;
  }

  /** Put what was given into force. */
  void apply(Delays delays) throws ConfigException {
    String file = given.get(TRIGGER);
    Path trigger = file == null ? null : Values.path(file);
    for (Operation operation : Operation.values()) {
      long nanos = nanos(operation);
      if (nanos > 0) {
        DelayRule rule = delays.delay().add(operation);
        if (trigger != null) {
          rule.onlyIf(() -> Files.exists(trigger));
        }
        rule.by(Duration.ofNanos(nanos));
      }
    }
  }

  private long nanos(Operation operation) throws ConfigException {
    String own = given.get("delay-" + operation.word());
    String value = own != null ? own : general(operation);
    return value == null ? 0 : Values.duration(value).toNanos();
  }

  private @Nullable String general(Operation operation) {
    return switch (operation) {
      case READ -> given.get("rdelay");
      case WRITE, ZERO, TRIM -> given.get("wdelay");
      case FLUSH, EXTENTS, CACHE, OPEN, CLOSE -> null;
    };
  }
}
