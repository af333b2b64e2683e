package nbdj.tck;

import java.io.IOException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds out which rule a layer broke when a test met a failure that it did not reckon with. */
final class Blame {
  /** The server ends its messages about a broken rule so. */
  private static final Pattern TOLD = Pattern.compile("(.*) \\(rule ([A-Z]-[0-9]+)\\)");

  private Blame() {}

  /**
   * Judge a failure.
   *
   * @param calls the calls that reached the layer in the test
   * @param rule the rule that the test is for
   * @return what was found; empty if the failure is not one of the layer's
   */
  static Optional<BrokenRule> of(Throwable failure, List<Call> calls, String rule) {
    Optional<BrokenRule> told = toldByServer(failure);
    if (told.isPresent()) {
      return told;
    }
    for (Call call : calls.reversed()) {
      Throwable thrown = call.failure;
      if (thrown != null && isCausedBy(failure, thrown)) {
        return Optional.of(new BrokenRule(Finding.ruleOf(call), Finding.describe(call), failure));
      }
    }
    return failure instanceof IOException
        ? Optional.of(new BrokenRule(rule, "it failed: " + failure.getMessage(), failure))
        : Optional.empty();
  }

  /** Find the rule in a message of the server, unless it is one that no test may blame. */
  static Optional<BrokenRule> toldByServer(Throwable failure) {
    Matcher match = TOLD.matcher(String.valueOf(failure.getMessage()));
    return match.matches() && Rules.isTested(match.group(2))
        ? Optional.of(new BrokenRule(match.group(2), match.group(1), failure))
        : Optional.empty();
  }

  private static boolean isCausedBy(Throwable failure, Throwable cause) {
    // Not equals: a throwable of the layer's may say of itself what it likes.
    Set<Throwable> chain = Collections.newSetFromMap(new IdentityHashMap<>());
    for (@Nullable Throwable at = failure; at != null && chain.add(at); at = at.getCause()) {}
    return chain.contains(cause);
  }
}
