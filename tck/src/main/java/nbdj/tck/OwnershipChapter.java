package nbdj.tck;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.runtime.chain.Client;
import org.junit.jupiter.api.Test;

/** Whose handle is whose: no end of a connection takes a handle from another. */
abstract class OwnershipChapter extends Chapter {
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
  @Rule("O-2")
  void oneClientReleasesItsExport_another_isStillServed() throws IOException {
    othersSurvive((stage, client, io) -> client.release(io.next()));
  }

  @Test
  @Rule("O-2")
  void oneClientHangsUp_another_isStillServed() throws IOException {
    othersSurvive((stage, client, io) -> client.close());
  }

  @Test
  @Rule("O-2")
  void oneClientIsRefused_another_isStillServed() throws IOException {
    AtomicBoolean refusing = new AtomicBoolean();
    othersSurvive((stage, client, io) -> {
      stage.device().withHook(refusingOpens(refusing));
      refusing.set(true);
      try (Client unlucky = stage.connect()) {
        stage.open(unlucky);
      } catch (IOException refused) {
        BrokenRule.unless(refused instanceof NbdException, "X-4", "the refusal is %s", refused);
      }
      refusing.set(false);
    });
  }

  @Test
  @Rule("X-4")
  void openFailedBelow_openAgain_isServed() throws IOException {
    AtomicBoolean refusing = new AtomicBoolean();
    Stage stage = start();
    stage.device().withHook(refusingOpens(refusing));
    refusing.set(true);
    try (Client client = stage.connect()) {
      stage.open(client);
    } catch (IOException refused) {
      BrokenRule.unless(refused instanceof NbdException, "X-4", "the refusal is %s", refused);
    }
    refusing.set(false);
    try {
      served(stage.open());
    } catch (IOException e) {
      throw new BrokenRule("X-4", "an open after a failed one failed: " + e.getMessage(), e);
    }
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
    served(left);

    ending.end(stage, leaving, left);

    served(staying);
    served(stage.open());
    stage.close();
    balanced(stage);
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

  private static void balanced(Stage stage) {
    Watch below = stage.below();
    long opened = below.of("open").stream().filter(call -> call.failure == null).count();
    List<Call> closes = below.of("close");
    BrokenRule.unless(
        closes.size() == opened, "L-11", "%d handles below, %d closed", opened, closes.size());
    for (Call close : closes) {
      List<Call> calls = below.since(0, call -> call.handle == close.handle);
      BrokenRule.unless(
          calls.getLast() == close, "L-11", "%s came after its close", calls.getLast());
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
