package nbdj.tck;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.jupiter.api.extension.TestInstancePostProcessor;
import org.junit.jupiter.api.extension.TestWatcher;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Keeps the {@link Session} of a contract class, and prints what it covered when it is over. A test
 * that does not end is left alone, with a finding, and no further one is run.
 */
final class ContractExtension
    implements TestInstancePostProcessor, InvocationInterceptor, TestWatcher, AfterAllCallback {
  /** How many times longer a whole test may take than one thing that must happen. */
  private static final int PATIENCE = 12;

  @Override
  public void postProcessTestInstance(Object instance, ExtensionContext context) {
    if (instance instanceof LayerContract contract) {
      Session.of(context).ifPresent(contract::begin);
    }
  }

  @Override
  public void interceptTestMethod(
      Invocation<@Nullable Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    runWithinTime(invocation, context);
  }

  @Override
  public void interceptTestTemplateMethod(
      Invocation<@Nullable Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    runWithinTime(invocation, context);
  }

  @Override
  public void interceptAfterEachMethod(
      Invocation<@Nullable Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    Optional<Session> session = Session.of(context);
    if (session.isPresent()
        && context.getRequiredTestInstance() instanceof Chapter chapter
        && !chapter.isIdle()) {
      proceedWithinTime(invocation, context, session.get(), chapter);
    } else {
      invocation.proceed();
    }
  }

  private static void runWithinTime(Invocation<@Nullable Void> invocation, ExtensionContext context)
      throws Throwable {
    Optional<Session> session = Session.of(context);
    if (session.isEmpty() || !(context.getRequiredTestInstance() instanceof Chapter chapter)) {
      invocation.proceed();
      return;
    }
    Session run = session.get();
    if (run.isStuck()) {
      invocation.skip();
      Chapter.applies(false, "a call of the layer in an earlier test has not returned");
    }
    Optional<String> broken = rule(context).flatMap(rule -> run.brokenOf(rule.buildsOn()));
    if (broken.isPresent()) {
      invocation.skip();
      Chapter.applies(false, "it builds on rule %s, which is broken".formatted(broken.get()));
    }
    proceedWithinTime(invocation, context, run, chapter);
  }

  private static void proceedWithinTime(
      Invocation<@Nullable Void> invocation, ExtensionContext context, Session run, Chapter chapter)
      throws Throwable {
    AtomicReference<Thread> thread = new AtomicReference<>();
    Future<Boolean> test =
        run.submit(() -> {
          thread.set(Thread.currentThread());
          return proceed(invocation);
        });
    Patience patience = chapter.contract.patience();
    List<Call> stuck = List.of();
    for (int i = 0; i < PATIENCE && stuck.isEmpty(); i++) {
      List<Call> before = chapter.running();
      try {
        patience.await(test);
        return;
      } catch (ExecutionException e) {
        throw e.getCause() == null ? e : e.getCause();
      } catch (TimeoutException e) {
        stuck = chapter.running();
        stuck.retainAll(before);
      }
    }
    @Nullable Thread running = thread.get();
    String where =
        stuck.isEmpty() && running != null ? " and is at " + Call.whereabouts(running) : "";
    chapter.abandon();
    throw Finding.ofStuck(rules(context)[0], "the test has not come to an end" + where, stuck);
  }

  private static boolean proceed(Invocation<@Nullable Void> invocation) throws Exception {
    try {
      invocation.proceed();
      return true;
    } catch (Exception | Error failure) {
      throw failure;
    } catch (Throwable failure) {
      throw new IllegalStateException(failure);
    }
  }

  @Override
  public void testSuccessful(ExtensionContext context) {
    Session.of(context).ifPresent(session -> session.ran(rules(context)));
  }

  @Override
  public void testFailed(ExtensionContext context, @Nullable Throwable cause) {
    Session.of(context).ifPresent(session -> session.ran(rules(context)));
  }

  @Override
  public void testAborted(ExtensionContext context, @Nullable Throwable cause) {
    String message = cause == null ? "" : String.valueOf(cause.getMessage());
    String reason = message.replaceFirst("^.*not applicable: ", "");
    Session.of(context).ifPresent(session -> session.skipped(reason, rules(context)));
  }

  @Override
  public void afterAll(ExtensionContext context) {
    // The chapters are classes of their own, which end before their contract does.
    if (LayerContract.class.isAssignableFrom(context.getRequiredTestClass())) {
      Session.of(context)
          .filter(session -> session.settings().summary())
          .ifPresent(session -> System.out.println(session.summary().text()));
    }
  }

  private static String[] rules(ExtensionContext context) {
    return rule(context).map(Rule::value).orElse(new String[0]);
  }

  /** Get what a test is for; nothing for a test of the author's own. */
  private static Optional<Rule> rule(ExtensionContext context) {
    return AnnotationSupport.findAnnotation(context.getElement(), Rule.class);
  }
}
