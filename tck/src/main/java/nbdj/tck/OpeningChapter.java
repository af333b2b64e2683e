package nbdj.tck;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import nbdj.api.NbdException;
import nbdj.api.Next;
import nbdj.api.ThreadModel;
import nbdj.runtime.chain.Client;
import org.junit.jupiter.api.Test;

/** What a filter opens below, and for whom. */
abstract class OpeningChapter extends FilterChapter {
  private static final long GLANCE_NANOS = 1_000_000;

  /** How often in a row a thread must be seen to wait. */
  private static final int GLANCES = 5;

  OpeningChapter(FilterContract contract) {
    super(contract);
  }

  @Test
  @Rule(
      value = "F-9",
      buildsOn = {"N", "X-3", "X-4"})
  void exportsOpened_handlesBelow_haveTheirNames() throws IOException {
    Stage stage = start();
    for (String name : List.of(contract.exportName(), "second", "a/third")) {
      try (Client client = stage.connect()) {
        client.open(name);
        liesOnItsOwn(stage.dealings().served().getLast());
      } catch (NbdException refused) {
        // A filter need not serve every name.
        nothingUnchecked(stage);
      }
    }
  }

  private void liesOnItsOwn(Dealings.Served export) {
    Next below = export.context().next();
    if (below != null) {
      String expected = filter.exportBelow(export.exportName());
      BrokenRule.unless(
          below.exportName().equals(expected),
          "F-9",
          "the export '%s' lies on '%s' of the layer below, not on '%s'",
          export.exportName(),
          below.exportName(),
          expected);
    }
  }

  @Test
  @Rule(
      value = "O-10",
      buildsOn = {"N", "X-3", "X-4", "R"})
  void clientsCameAndWent_handlesThatTheyShare_wereOpenedForAll() throws IOException {
    Stage stage = start();
    Client first = stage.connect();
    used(stage.open(first));
    if (stage.chain().threadModel() != ThreadModel.SERIALIZE_CONNECTIONS) {
      used(stage.open());
    }
    first.close();
    used(stage.open());
    stage.close();
    applies(stage.dealings().openedAny(), "the filter opens no handle of its own");
    List<String> unshared = stage.dealings().unshared();
    BrokenRule.unless(
        unshared.isEmpty(), "O-10", "a handle that was not opened as shared was %s", unshared);
  }

  @Test
  @Rule(
      value = {"X-4", "O-8"},
      buildsOn = {"N", "X-3", "X-4", "C-1", "C-2", "R"})
  void openFailsBelowWhileAnotherWaits_othersAreServedAndStop_leavesNothing()
      throws IOException, InterruptedException {
    Stage stage = start();
    needsManyHandles(stage);
    FirstOpenFails below = new FirstOpenFails();
    stage.device().withHook(below);
    try {
      openAtOnce(stage, below);
    } finally {
      below.fail();
    }
    Io later;
    try {
      later = stage.tryOpen(stage.connect());
    } catch (IOException e) {
      throw new BrokenRule("X-4", "an open after a failed one failed: " + e.getMessage(), e);
    }
    used(later);
    stage.close();
    ownHandlesClosed(stage);
    balanced(stage);
    wellBehaved(stage);
  }

  /** Have one client's open fail below while that of another is under way. */
  private void openAtOnce(Stage stage, FirstOpenFails below) throws InterruptedException {
    Client unlucky = stage.connect();
    Client waiting = stage.connect();
    FutureTask<Boolean> first =
        begin(
            "unlucky",
            () -> {
              try {
                return servedOrRefused(stage, unlucky);
              } finally {
                below.come().complete(false);
              }
            });
    applies(hasCome(below, first), "no client's open reaches the layer below");
    CompletableFuture<Thread> thread = new CompletableFuture<>();
    FutureTask<Boolean> second =
        begin(
            "waiting",
            () -> {
              thread.complete(Thread.currentThread());
              return servedOrRefused(stage, waiting);
            });
    // It waits for the first, or is as far as it was; what is seen too early is a race less.
    for (int seen = 0; seen < GLANCES && !second.isDone() && below.opens() < 2; ) {
      LockSupport.parkNanos(GLANCE_NANOS);
      seen = isWaiting(thread.join()) ? seen + 1 : 0;
    }
    below.fail();
    result("X-4", first);
    result("X-4", second);
  }

  private boolean hasCome(FirstOpenFails below, FutureTask<Boolean> first)
      throws InterruptedException {
    try {
      return contract.patience().await(below.come());
    } catch (ExecutionException | TimeoutException e) {
      result("X-4", first);
      return false;
    }
  }

  private static boolean isWaiting(Thread thread) {
    return switch (thread.getState()) {
      case BLOCKED, WAITING, TIMED_WAITING -> true;
      case NEW, RUNNABLE, TERMINATED -> false;
    };
  }

  private static boolean servedOrRefused(Stage stage, Client client) throws IOException {
    try {
      used(stage.tryOpen(client));
      return true;
    } catch (NbdException refused) {
      nothingUnchecked(stage);
      return false;
    }
  }

  /** Read from an export. */
  private static void used(Io io) throws IOException {
    if (io.next().size() > 0) {
      io.answer(0, 1);
    }
  }
}
