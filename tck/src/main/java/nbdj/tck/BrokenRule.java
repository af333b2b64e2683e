package nbdj.tck;

import org.jspecify.annotations.Nullable;

/** The finding that a layer breaks a certain rule, whichever test it was found by. */
final class BrokenRule extends AssertionError {
  private static final long serialVersionUID = 1;

  private final String rule;
  private final String finding;

  BrokenRule(String rule, String finding) {
    this(rule, finding, null);
  }

  BrokenRule(String rule, String finding, @Nullable Throwable cause) {
    super(finding, cause);
    this.rule = rule;
    this.finding = finding;
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

  /** Get what was found. */
  String finding() {
    return finding;
  }
}
