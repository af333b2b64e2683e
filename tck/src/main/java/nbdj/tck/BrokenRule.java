package nbdj.tck;

import org.jspecify.annotations.Nullable;

/** The finding that a layer breaks a certain rule, whichever test it was found by. */
final class BrokenRule extends AssertionError {
  private static final long serialVersionUID = 1;

  private final String rule;

  BrokenRule(String rule, String message) {
    this(rule, message, null);
  }

  BrokenRule(String rule, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.rule = rule;
  }

  /** Throw a finding unless a condition holds. */
  @SuppressWarnings("AnnotateFormatMethod") // The annotation would be a dependency of its own.
  static void unless(boolean holds, String rule, String message, @Nullable Object... values) {
    if (!holds) {
      throw new BrokenRule(rule, message.formatted(values));
    }
  }

  String rule() {
    return rule;
  }
}
