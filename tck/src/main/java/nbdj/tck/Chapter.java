package nbdj.tck;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeoutException;
import nbdj.api.ThreadModel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.TestMethodOrder;
import org.opentest4j.TestAbortedException;

/** What all chapters have in common: stages that are closed after the test, and conditions. */
@TestMethodOrder(BasicsFirst.class)
abstract class Chapter {
  /** How much of an export tests write to, in bytes. */
  static final int GROUND = 256 << 10;

  final LayerContract contract;
  private final List<Stage> stages = new CopyOnWriteArrayList<>();
  private final List<Stage> ordinary = new CopyOnWriteArrayList<>();

  Chapter(LayerContract contract) {
    this.contract = contract;
  }

  /** Get what is set for the run. */
  final Settings settings() {
    return contract.session().settings();
  }

  /**
   * Get a pattern of this run's seed, another one for each number.
   *
   * @param number not negative: the device of a filter has the one before them all
   */
  final Pattern pattern(long number) {
    return new Pattern(settings().seed() + 1 + number);
  }

  /** Serve the layer. */
  final Stage start() throws IOException {
    Stage stage = keep(contract.stage(false));
    ordinary.add(stage);
    return stage.start();
  }

  /** Serve the layer and open its export. */
  final Io open() throws IOException {
    return start().open();
  }

  /** Have a stage closed after the test. */
  final Stage keep(Stage stage) {
    stages.add(stage);
    return stage;
  }

  @AfterEach
  final void closeStages() {
    for (Stage stage : stages) {
      stage.close();
    }
    ordinary.forEach(stage -> contract.session().saw(stage.watch()));
    if (!stages.isEmpty()) {
      contract.session().noted(contract.optedOut());
    }
  }

  /** Leave the stages as they are, because one of them is stuck, and run no further test. */
  final void abandon() {
    contract.session().stuck();
    stages.clear();
    ordinary.clear();
  }

  /** Tell whether there is nothing to close after the test. */
  final boolean isIdle() {
    return stages.isEmpty();
  }

  /** Get the calls of the layers under test that have not returned. */
  final List<Call> running() {
    List<Call> running = new ArrayList<>();
    stages.forEach(stage -> running.addAll(stage.watch().running()));
    return running;
  }

  /** Get the calls that the layers under test have seen. */
  final List<Call> calls() {
    List<Call> calls = new ArrayList<>();
    stages.forEach(stage -> calls.addAll(stage.watch().since(0, call -> true)));
    return calls;
  }

  /** Skip the test unless it can apply. */
  static void applies(boolean condition, String because) {
    Assumptions.assumeTrue(condition, () -> "not applicable: " + because);
  }

  /** Note that the author has excused the layer from more than it needs. */
  final void needless(String excuse) {
    contract.session().noted(List.of(excuse));
  }

  static void needsWrite(Io io) throws IOException {
    applies(io.next().canWrite(), "canWrite is false");
  }

  static void needsManyHandles(Stage stage) throws IOException {
    applies(
        stage.chain().threadModel() != ThreadModel.SERIALIZE_CONNECTIONS,
        "the thread model is SERIALIZE_CONNECTIONS");
  }

  /** Get the range to write to: the first {@link #GROUND} bytes of what is writable. */
  final Range ground(Io io) throws IOException {
    needsWrite(io);
    Range ground = contract.writable(io.next().size()).first(GROUND);
    applies(ground.length() >= 16, "there are less than 16 bytes to write to");
    return ground;
  }

  /** Get the first bytes of the export, with at least one in them. */
  static Range head(Io io) throws IOException {
    Range head = new Range(0, io.next().size()).first(GROUND);
    applies(head.length() > 0, "the export is empty");
    return head;
  }

  /** Check that bytes of the export are what they should be. */
  static void same(byte[] expected, byte[] actual, long offset, String rule, String after) {
    int at = Arrays.mismatch(expected, actual);
    BrokenRule.unless(
        at < 0,
        rule,
        "%s: the byte at %d is %s, not %s",
        after,
        offset + at,
        at >= 0 && at < actual.length ? "0x%02x".formatted(actual[at]) : "missing",
        at >= 0 && at < expected.length ? "0x%02x".formatted(expected[at]) : "absent");
  }

  /** Run something on a thread of its own. */
  static <T> FutureTask<T> begin(String name, Callable<T> work) {
    FutureTask<T> task = new FutureTask<>(work);
    Thread.ofPlatform().daemon().name(name).start(task);
    return task;
  }

  /**
   * Wait for what runs on a thread of its own.
   *
   * @param rule the rule that is broken if it fails or does not end in time
   */
  final <T> T result(String rule, FutureTask<T> task) throws InterruptedException {
    try {
      return contract.patience().await(task);
    } catch (TimeoutException e) {
      List<Call> running = running();
      abandon();
      BrokenRule stuck =
          Finding.ofStuck(
              rule, "nothing came of it within %d s".formatted(settings().timeout()), running);
      // By itself each operation works: what does not is what the test is for.
      throw stuck.rule().equals("C-5") ? new BrokenRule(rule, stuck.finding(), e) : stuck;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof BrokenRule broken) {
        throw broken;
      }
      if (e.getCause() instanceof TestAbortedException inapplicable) {
        throw inapplicable;
      }
      Throwable failure = e.getCause() == null ? e : e.getCause();
      throw Blame.of(failure, calls(), rule)
          .orElseGet(() -> new BrokenRule(rule, "on another thread: " + failure, failure));
    }
  }
}
