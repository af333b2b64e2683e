package nbdj.tck.blackbox;

import java.lang.reflect.Method;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

/**
 * Puts the clause before what a test has found, and turns a known deviation around: it must be
 * there still, or be taken off the list.
 */
final class ClauseExtension implements InvocationInterceptor {
  @Override
  public void interceptTestMethod(
      Invocation<@Nullable Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    Clause clause = method.getExecutable().getAnnotation(Clause.class);
    ProtocolConformance suite = suite(context);
    String test = method.getExecutable().getName();
    Optional<String> known = Optional.ofNullable(suite.deviations().get(test));
    Optional<String> excuse = known.or(() -> Optional.ofNullable(suite.unsteady().get(test)));
    try {
      invocation.proceed();
    } catch (TestAbortedException e) {
      throw e;
    } catch (Throwable e) {
      if (excuse.isPresent()) {
        throw new TestAbortedException(
            "known deviation: %s: %s".formatted(excuse.get(), e.getMessage()), e);
      }
      BrokenClause broken =
          new BrokenClause(
              clause.value(), "%s; but: %s".formatted(clause.says(), e.getMessage()), e);
      throw new AssertionFailedError(broken.getMessage(), broken);
    }
    if (known.isPresent()) {
      throw new AssertionFailedError(
          "the server does as it should, so take this off its deviations: " + known.get());
    }
  }

  private static ProtocolConformance suite(ExtensionContext context) {
    for (Object instance : context.getRequiredTestInstances().getAllInstances()) {
      if (instance instanceof ProtocolConformance suite) {
        return suite;
      }
    }
    throw new IllegalStateException("only for the conformance suite");
  }
}
