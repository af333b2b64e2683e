package nbdj.tck;

import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

/**
 * Puts number and sentence of the broken rule in front of a test's failure, and behind it what to
 * look at and how to repeat it. A broken recommendation becomes a warning.
 */
final class RuleExtension
    implements TestExecutionExceptionHandler, LifecycleMethodExecutionExceptionHandler {
  @Override
  public void handleAfterEachMethodExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    handleTestExecutionException(context, failure);
  }

  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    if (failure instanceof TestAbortedException) {
      throw failure;
    }
    Optional<Session> session = Session.of(context);
    String first = context.getRequiredTestMethod().getAnnotation(Rule.class).value()[0];
    Optional<BrokenRule> broken = find(context, failure, first);
    String rule = broken.map(BrokenRule::rule).orElse(first);
    String finding = broken.map(BrokenRule::finding).orElseGet(() -> describe(failure));
    if (Rules.level(rule) == Level.SHOULD && session.isPresent() && !isStrict(session.get())) {
      session.get().warned(rule, finding);
      context.publishReportEntry("warning", "rule %s: %s".formatted(rule, finding));
      return;
    }
    session.ifPresent(run -> run.broken(rule));
    throw new AssertionFailedError(
        message(rule, finding, session.map(run -> run.settings().repeat())), failure);
  }

  private static boolean isStrict(Session session) {
    return session.settings().strict();
  }

  private static String message(String rule, String finding, Optional<String> repeat) {
    StringBuilder message = new StringBuilder();
    message.append("rule %s: %s%n%s".formatted(rule, Rules.sentence(rule), finding));
    if (!Rules.hints(rule).isEmpty()) {
      message.append("%nif this fails, look at:".formatted());
      Rules.hints(rule).forEach(hint -> message.append("%n- %s".formatted(hint)));
    }
    repeat.ifPresent(how -> message.append("%nto repeat it: %s".formatted(how)));
    return message.toString();
  }

  private static Optional<BrokenRule> find(
      ExtensionContext context, Throwable failure, String rule) {
    if (failure instanceof BrokenRule broken) {
      return Optional.of(broken);
    }
    return context.getRequiredTestInstance() instanceof Chapter chapter
        ? Blame.of(failure, chapter.calls(), rule)
        : Optional.empty();
  }

  private static String describe(Throwable failure) {
    return failure instanceof AssertionError && failure.getMessage() != null
        ? failure.getMessage()
        : failure.toString();
  }
}
