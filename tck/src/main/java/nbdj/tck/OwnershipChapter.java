package nbdj.tck;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.ThreadModel;
import nbdj.runtime.chain.Client;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose handle is whose: no end of a connection takes a handle from another. */
abstract class OwnershipChapter extends FilterChapter {
  OwnershipChapter(FilterContract contract) {
    super(contract);
  }

  @Test
  @Rule("O-1")
  void clientsCameAndWent_stop_everyHandleBelowIsClosedOnce() throws IOException {
    Stage stage = start();
    for (int i = 0; i < 3; i++) {
      try (Client client = stage.connect()) {
        client.release(stage.open(client).next());
      }
    }
    stage.close();
    balanced(stage);
  }

  @Test
  @Rule(
      value = "O-2",
      buildsOn = {"N", "X-3", "X-4"})
  void oneClientReleasesItsExport_another_isStillServed() throws IOException {
    othersSurvive((stage, client, io) -> client.release(io.next()));
  }

  @Test
  @Rule(
      value = "O-2",
      buildsOn = {"N", "X-3", "X-4"})
  void oneClientHangsUp_another_isStillServed() throws IOException {
    othersSurvive((stage, client, io) -> client.close());
  }

  @Test
  @Rule(
      value = "O-2",
      buildsOn = {"N", "X-3", "X-4"})
  void oneClientIsRefused_another_isStillServed() throws IOException {
    AtomicBoolean refusing = new AtomicBoolean();
    othersSurvive((stage, client, io) -> {
      stage.device().withHook(refusingOpens(refusing));
      refusing.set(true);
      try (Client unlucky = stage.connect()) {
        stage.tryOpen(unlucky);
      } catch (IOException refused) {
        BrokenRule.unless(refused instanceof NbdException, "X-4", "the refusal is %s", refused);
      }
      refusing.set(false);
    });
  }

  @Test
  @Rule(
      value = "X-4",
      buildsOn = {"N", "X-3", "C-1", "C-2", "C-5", "R"})
  void openFailedBelow_openAgain_isServed() throws IOException {
    AtomicBoolean refusing = new AtomicBoolean();
    Stage stage = start();
    stage.device().withHook(refusingOpens(refusing));
    refusing.set(true);
    try (Client client = stage.connect()) {
      stage.tryOpen(client);
    } catch (IOException refused) {
      BrokenRule.unless(refused instanceof NbdException, "X-4", "the refusal is %s", refused);
    }
    refusing.set(false);
    opensAgain(stage, "X-4", "a failed open");
    stage.close();
    balanced(stage);
  }

  @Test
  @Rule("L-11")
  void stoppedWithClients_handlesBelow_areClosedOnce() throws IOException {
    Stage stage = start();
    stage.open();
    stage.chain().stop();
    balanced(stage);
  }

  @Test
  @Rule("O-8")
  void severalExportsOpened_stop_filterClosesItsOwnHandles() throws IOException {
    Stage stage = start();
    openSeveral(stage);
    stage.chain().stop();
    applies(stage.dealings().openedAny(), "the filter opens no handle of its own");
    ownHandlesClosed(stage);
    balanced(stage);
  }

  @ParameterizedTest
  @ValueSource(strings = {"close", "cleanup", "unload"})
  @Rule({"O-8", "L-11", "L-12", "L-13"})
  void deviceFailsInItsEnd_stop_endsAllTheSame(String callback) throws IOException {
    Breakdown breakdown = Breakdown.of(Set.of(callback), NbdError.EIO);
    Stage stage = started(breakdown);
    openSeveral(stage);
    breakdown.begin();
    stage.chain().stop();
    ownHandlesClosed(stage);
    balanced(stage);
    for (String last : List.of("cleanup", "unload")) {
      int calls = stage.watch().of(last).size();
      BrokenRule.unless(calls == 1, Finding.ruleOf(last), "%s came %d times", last, calls);
    }
  }

  /** Open the export and others, as many as the filter serves, and leave them open. */
  private void openSeveral(Stage stage) throws IOException {
    stage.open();
    if (stage.chain().threadModel() == ThreadModel.SERIALIZE_CONNECTIONS) {
      return;
    }
    for (String name : List.of("second", "third")) {
      try {
        stage.connect().open(name);
      } catch (NbdException refused) {
        // A filter need not serve every name.
        nothingUnchecked(stage);
      }
    }
  }

  /** A way in which a connection ends. */
  @FunctionalInterface
  private interface Ending {
    void end(Stage stage, Client client, Io io) throws IOException;
  }

  private void othersSurvive(Ending ending) throws IOException {
    Stage stage = start();
    needsManyHandles(stage);
    Io staying = stage.open();
    Client leaving = stage.connect();
    Io left = stage.open(leaving);
    used(staying);
    used(left);

    ending.end(stage, leaving, left);

    served(staying);
    opensAgain(stage, "O-2", "another client has ended");
    stage.close();
    balanced(stage);
  }

  private static void opensAgain(Stage stage, String rule, String after) throws IOException {
    Io io;
    try {
      io = stage.tryOpen(stage.connect());
    } catch (IOException e) {
      throw new BrokenRule(rule, "an open after %s failed: %s".formatted(after, e.getMessage()), e);
    }
    served(io);
  }

  /** Read from an export that nothing has happened to. */
  private static void used(Io io) throws IOException {
    if (io.next().size() > 0) {
      io.answer(0, 1);
    }
  }

  private static void served(Io io) throws IOException {
    if (io.next().size() == 0) {
      return;
    }
    try {
      io.next().read(0, 1, new Answer());
    } catch (IOException e) {
      throw new BrokenRule("O-2", "a client is no longer served: " + e.getMessage(), e);
    }
  }

  private static Hook refusingOpens(AtomicBoolean refusing) {
    return operation -> {
      if (operation.equals("open") && refusing.get()) {
        throw new NbdException(NbdError.EIO, "the device below refuses to open");
      }
    };
  }
}
