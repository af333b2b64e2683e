package nbdj.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.testkit.engine.EventConditions.event;
import static org.junit.platform.testkit.engine.EventConditions.finishedWithFailure;
import static org.junit.platform.testkit.engine.EventConditions.test;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.instanceOf;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.message;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import nbdj.api.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

/** The extension, as JUnit runs it. */
@Timeout(120)
class NbdDiskExtensionTests {
  private static EngineExecutionResults run(Class<?> testClass) {
    return EngineTestKit.engine("junit-jupiter").selectors(selectClass(testClass)).execute();
  }

  private static EngineExecutionResults runInParallel(Class<?> testClass) {
    return EngineTestKit.engine("junit-jupiter")
        .configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
        .configurationParameter("junit.jupiter.execution.parallel.mode.default", "concurrent")
        .configurationParameter(
            "junit.jupiter.execution.parallel.config.executor-service", "FORK_JOIN_POOL")
        .configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
        .configurationParameter("junit.jupiter.execution.parallel.config.fixed.parallelism", "4")
        .selectors(selectClass(testClass))
        .execute();
  }

  private static void passes(EngineExecutionResults results, int tests) {
    for (Event failed : results.allEvents().failed().list()) {
      failed
          .getPayload(TestExecutionResult.class)
          .flatMap(TestExecutionResult::getThrowable)
          .ifPresent(failure -> {
            throw new AssertionError(failed.getTestDescriptor().getUniqueId().toString(), failure);
          });
    }
    assertEquals(tests, results.testEvents().succeeded().count());
  }

  @Test
  void staticField_tests_haveOneDiskAsNew() {
    ExtensionCases.OfAClass.uris.clear();
    passes(run(ExtensionCases.OfAClass.class), 3);
    assertEquals(1, Set.copyOf(ExtensionCases.OfAClass.uris).size());
  }

  @Test
  void instanceField_tests_haveADiskEach() {
    ExtensionCases.OfEachTest.uris.clear();
    passes(run(ExtensionCases.OfEachTest.class), 4);
    assertEquals(4, Set.copyOf(ExtensionCases.OfEachTest.uris).size());
  }

  @Test
  void instanceFieldOfOneInstance_tests_haveOneDiskAsNew() {
    passes(run(ExtensionCases.OfOneInstance.class), 2);
  }

  @Test
  void keepContents_tests_findWhatWasThere() {
    passes(run(ExtensionCases.Kept.class), 2);
  }

  @Test
  void parameters_ofEveryKind_areResolved() {
    passes(run(ExtensionCases.Parameters.class), 3);
  }

  @Test
  void sharedInParallel_tests_takeTurns() {
    passes(runInParallel(ExtensionCases.SharedInParallel.class), 16);
  }

  @Test
  void ownInParallel_tests_runTogether() {
    passes(runInParallel(ExtensionCases.OwnInParallel.class), 2);
  }

  @Test
  void failed_test_printsItsLogAndTheSeed() {
    ExtensionCases.Failing.failAfter = false;
    String printed = printedBy(ExtensionCases.Failing.class);
    assertTrue(
        printed.startsWith(
            "fails() failed after this on the disk, by seed 4711 (repeat it with"
                + " -Dnbdj.junit.seed=4711):"),
        printed);
    assertTrue(printed.contains("2 client 1 WRITE 512 bytes at 4096 -> ENOSPC"), printed);
    assertFalse(printed.contains("READ"), printed);
    assertFalse(printed.contains("TRIM"), printed);
  }

  @Test
  void failedAfterTheTest_test_printsItsLogToo() {
    ExtensionCases.Failing.failAfter = true;
    assertTrue(printedBy(ExtensionCases.Failing.class).contains("TRIM 512 bytes at 0"));
  }

  private static String printedBy(Class<?> testClass) {
    PrintStream out = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      run(testClass);
    } finally {
      System.setOut(out);
    }
    return printed.toString(StandardCharsets.UTF_8);
  }

  @Test
  void unfinishedRule_test_failsWithTheRemedy() {
    EngineExecutionResults results = run(ExtensionCases.Unfinished.class);
    results
        .testEvents()
        .assertThatEvents()
        .haveExactly(
            1,
            event(
                test("fault()"),
                finishedWithFailure(message(text -> text.startsWith("1 fail() had no effect")))))
        .haveExactly(
            1,
            event(
                test("delay()"),
                finishedWithFailure(message(text -> text.startsWith("1 delay() had no effect")))))
        .haveExactly(
            1,
            event(
                test("faultOfATestThatFails()"),
                finishedWithFailure(message("for its own reason"))));
  }

  @Test
  void diskThatCannotStart_class_failsWithTheReason() {
    EngineExecutionResults results = run(ExtensionCases.Impossible.class);
    assertEquals(0, results.testEvents().started().count());
    results
        .containerEvents()
        .assertThatEvents()
        .haveExactly(1, event(finishedWithFailure(instanceOf(ConfigException.class))));
  }
}
