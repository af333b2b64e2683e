package nbdj.tck;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes findings for tests of other packages: what they throw is reported with the number and the
 * sentence of the rule that was broken, whichever {@link Rule} the test has.
 *
 * @since 0.1
 */
public final class Breach {
  private Breach() {}

  /**
   * Make a finding.
   *
   * @param rule the number of the broken rule, for example {@code "W-4"}
   * @param finding what was seen
   * @param cause what the finding was made of, null if there is no exception behind it
   */
  public static AssertionError of(String rule, String finding, @Nullable Throwable cause) {
    return new BrokenRule(rule, finding, cause);
  }

  /** Make a finding that no exception is behind. */
  public static AssertionError of(String rule, String finding) {
    return new BrokenRule(rule, finding);
  }

  /**
   * Get what is reported of a finding by a test that has no {@link Rule}; empty if something is no
   * finding.
   */
  public static Optional<String> report(Throwable failure) {
    return failure instanceof BrokenRule broken
        ? Optional.of(
            "rule %s: %s%n%s"
                .formatted(broken.rule(), Rules.sentence(broken.rule()), broken.getMessage()))
        : Optional.empty();
  }
}
