package nbdj.tck;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

/** Puts number and sentence of the broken rule in front of a test's failure. */
final class RuleExtension implements TestExecutionExceptionHandler {
  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    if (failure instanceof TestAbortedException) {
      throw failure;
    }
    String rule =
        failure instanceof BrokenRule broken
            ? broken.rule()
            : context.getRequiredTestMethod().getAnnotation(Rule.class).value()[0];
    throw new AssertionFailedError(
        "rule %s: %s%n%s".formatted(rule, Rules.sentence(rule), describe(failure)), failure);
  }

  private static String describe(Throwable failure) {
    return failure instanceof AssertionError && failure.getMessage() != null
        ? failure.getMessage()
        : failure.toString();
  }
}
