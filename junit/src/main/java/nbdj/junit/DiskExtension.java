package nbdj.junit;

import java.io.IOException;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import nbdj.client.NbdClient;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.opentest4j.TestAbortedException;

/**
 * What JUnit sees of a disk: when it runs, whose turn it is, and what tests may ask for.
 *
 * <p>Safe for use by many threads.
 */
abstract sealed class DiskExtension
    implements BeforeAllCallback,
        AfterAllCallback,
        BeforeEachCallback,
        AfterEachCallback,
        ParameterResolver
    permits NbdDisk {
  private static final Set<Class<?>> PARAMETERS = Set.of(NbdDisk.class, URI.class, NbdClient.class);

  private final Turn turn = new Turn();

  private final ReentrantLock classLock = new ReentrantLock();

  /** How many test classes the disk runs for, one inside another. Guarded by classLock. */
  private int classes;

  /** Whether the disk runs for one test alone. Used by the test whose turn it is. */
  private boolean ofOneTest;

  DiskExtension() {}

  /** Start. */
  abstract void begin() throws IOException;

  /** Be as the next test expects to find it. */
  abstract void beginTest() throws IOException;

  /**
   * Check that nothing was left half said.
   *
   * @throws IllegalStateException if it was
   */
  abstract void checkTest();

  /** Inject nothing any more, and let go of clients. */
  abstract void endTest();

  /** Stop, if it runs. */
  abstract void end() throws IOException;

  /** Tell what has happened and how to repeat it. */
  abstract String story();

  abstract URI uriForTest();

  abstract NbdClient clientForTest() throws IOException;

  @Override
  public final void beforeAll(ExtensionContext context) throws IOException {
    classLock.lock();
    try {
      classes++;
      if (classes == 1) {
        begin();
      }
    } finally {
      classLock.unlock();
    }
  }

  @Override
  public final void afterAll(ExtensionContext context) throws IOException {
    classLock.lock();
    try {
      classes--;
      if (classes == 0) {
        end();
      }
    } finally {
      classLock.unlock();
    }
  }

  private boolean ofClass() {
    classLock.lock();
    try {
      return classes > 0;
    } finally {
      classLock.unlock();
    }
  }

  @Override
  public final void beforeEach(ExtensionContext context) throws IOException, InterruptedException {
    turn.take(context.getUniqueId());
    ofOneTest = !ofClass();
    if (ofOneTest) {
      begin();
    } else {
      beginTest();
    }
  }

  @Override
  public final void afterEach(ExtensionContext context) throws IOException {
    if (!turn.has(context.getUniqueId())) {
      return;
    }
    try {
      boolean failed =
          context
              .getExecutionException()
              .filter(failure -> !(failure instanceof TestAbortedException))
              .isPresent();
      if (failed) {
        System.out.printf("%s failed after %s", context.getDisplayName(), story());
      } else {
        checkTest();
      }
    } finally {
      endTest();
      try {
        if (ofOneTest) {
          end();
        }
      } finally {
        turn.pass();
      }
    }
  }

  @Override
  public final boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return PARAMETERS.contains(parameter.getParameter().getType());
  }

  @Override
  public final Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    if (type == URI.class) {
      return uriForTest();
    }
    if (type == NbdClient.class) {
      try {
        return clientForTest();
      } catch (IOException e) {
        throw new ParameterResolutionException("the disk's client cannot connect", e);
      }
    }
    return this;
  }
}
