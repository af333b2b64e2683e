package nbdj.tck.blackbox;

import java.util.Optional;
import nbdj.tck.Breach;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestInstancePostProcessor;
import org.opentest4j.AssertionFailedError;

/**
 * Tells tests what is set for the run, and keeps a broken clause of the NBD specification what it
 * is: a test that proves a rule would report it as that. A broken rule is reported as one by tests
 * that prove none, too.
 */
final class BlackBoxExtension implements TestInstancePostProcessor, TestExecutionExceptionHandler {
  @Override
  public void postProcessTestInstance(Object instance, ExtensionContext context) {
    if (instance instanceof BlackBox box) {
      box.set(Settings.of(context::getConfigurationParameter));
    }
  }

  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof BrokenClause broken) {
        throw new AssertionFailedError(broken.getMessage(), broken);
      }
    }
    Optional<String> report = Breach.report(failure);
    if (report.isPresent()) {
      throw new AssertionFailedError(report.get(), failure);
    }
    throw failure;
  }
}
