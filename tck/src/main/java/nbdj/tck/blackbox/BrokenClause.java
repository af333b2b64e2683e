package nbdj.tck.blackbox;

import org.jspecify.annotations.Nullable;

/** The finding that a server broke the NBD specification. */
final class BrokenClause extends AssertionError {
  private static final long serialVersionUID = 1;

  /**
   * Make a finding.
   *
   * @param section of the specification's protocol document
   */
  BrokenClause(String section, String finding, @Nullable Throwable cause) {
    super("NBD specification, \"%s\": %s".formatted(section, finding), cause);
  }
}
