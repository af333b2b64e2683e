package nbdj.tck;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.ThreadModel;
import nbdj.runtime.chain.Client;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The stop: every layer is ended once and in order, whatever clients are doing. */
abstract class ShutdownChapter extends Chapter {
  /** What a client may have done when the server stops. */
  enum ClientState {
    CONNECTED,
    LISTED,
    REFUSED,
    OPENED,
    READ,
    WRITTEN,
    OPENED_TWICE,
    RELEASED,
    GONE
  }

  private final Pattern written = pattern(81);

  ShutdownChapter(LayerContract contract) {
    super(contract);
  }

  @ParameterizedTest
  @EnumSource(ClientState.class)
  @Rule({"L-11", "L-10", "L-12", "L-13"})
  void clientInAnyState_stop_endsAllOnceAndInOrder(ClientState state) throws IOException {
    Stage stage = start();
    bring(stage, stage.connect(), state);
    stage.chain().stop();
    ended(stage.watch());
  }

  @Test
  @Rule(
      value = {"L-11", "L-10", "L-12", "L-13"},
      buildsOn = {"N", "X-3", "X-4"})
  void clientsInAllStates_stop_endsAllOnceAndInOrder() throws IOException {
    Stage stage = start();
    needsManyHandles(stage);
    for (ClientState state : ClientState.values()) {
      bring(stage, stage.connect(), state);
    }
    stage.chain().stop();
    ended(stage.watch());
  }

  @Test
  @Rule({"L-13", "L-12"})
  void stopped_stopAgain_callsNothing() throws IOException {
    Stage stage = start();
    bring(stage, stage.connect(), ClientState.READ);
    stage.chain().stop();
    int calls = stage.watch().size();
    stage.chain().stop();
    List<Call> late = stage.watch().since(calls, call -> true);
    BrokenRule.unless(late.isEmpty(), "L-13", "%s came after unload", late);
  }

  @Test
  @Rule("T-2")
  void clientWaitsForTheOnlyHandle_stop_refusesIt() throws IOException, InterruptedException {
    Stage stage = start();
    applies(
        stage.chain().threadModel() == ThreadModel.SERIALIZE_CONNECTIONS,
        "the thread model is not SERIALIZE_CONNECTIONS");
    stage.open();
    Client waiting = stage.connect();
    FutureTask<NbdError> refusal = begin("waits", () -> errorOfOpen(stage, waiting));
    stage.chain().beginStop();
    NbdError error = result("T-2", refusal);
    BrokenRule.unless(error == NbdError.ESHUTDOWN, "T-2", "the client got %s", error);
    stage.chain().stop();
    ended(stage.watch());
  }

  private static NbdError errorOfOpen(Stage stage, Client client) {
    try {
      stage.tryOpen(client);
    } catch (IOException e) {
      return NbdException.errorOf(e);
    }
    throw new BrokenRule("T-2", "a second handle was opened");
  }

  @Test
  @Rule({"L-11", "L-12", "L-13"})
  void startStoppedBeforeAfterFork_stop_neverCleansUp() throws IOException {
    Stage stage = keep(contract.stage(false));
    for (Phase phase : Phase.values()) {
      if (phase != Phase.AFTER_FORK) {
        stage.run(phase);
      }
    }
    stage.chain().stop();
    BrokenRule.unless(
        stage.watch().of("cleanup").isEmpty(), "L-12", "cleanup came without afterFork");
    ended(stage.watch());
  }

  /** Have a client do something and stay as it is then. */
  private void bring(Stage stage, Client client, ClientState state) throws IOException {
    switch (state) {
      case CONNECTED -> {}
      case LISTED -> list(client);
      case REFUSED -> refused(client);
      case OPENED -> opened(stage, client);
      case READ -> use(opened(stage, client), false);
      case WRITTEN -> use(opened(stage, client), true);
      case OPENED_TWICE -> {
        client.release(opened(stage, client).next());
        opened(stage, client);
      }
      case RELEASED -> client.release(opened(stage, client).next());
      case GONE -> {
        opened(stage, client);
        client.close();
      }
    }
  }

  private static void list(Client client) {
    try {
      client.listExports();
      client.defaultExport();
    } catch (IOException e) {
      throw Blame.toldByServer(e)
          .orElseGet(() -> new BrokenRule("N-4", "a list of exports failed: " + e.getMessage(), e));
    }
  }

  private static Io opened(Stage stage, Client client) {
    if (stage.watch().of("close").isEmpty()) {
      return stage.open(client);
    }
    try {
      return stage.tryOpen(client);
    } catch (IOException e) {
      throw new BrokenRule("L-11", "an open after a close failed: " + e.getMessage(), e);
    }
  }

  private void refused(Client client) {
    try {
      client.release(client.open(contract.missingExport().orElse("no such export")));
    } catch (IOException expected) {
      // Some layers serve every name.
      return;
    }
  }

  private void use(Io io, boolean writing) throws IOException {
    long size = io.next().size();
    if (size > 0) {
      io.pread(size - 1, 1);
    }
    Range range = contract.writable(size).first(100);
    if (writing && io.next().canWrite() && range.length() > 0) {
      io.write(written.bytes(range.offset(), (int) range.length()), range.offset());
    }
  }

  /** Check that everything that began has ended, each once and in order. */
  private static void ended(Watch watch) {
    List<Call> calls = watch.since(0, call -> true);
    List<Integer> handles = new ArrayList<>();
    for (Call call : watch.of("close")) {
      handles.add(call.handle);
    }
    long opened = watch.of("open").stream().filter(call -> call.failure == null).count();
    BrokenRule.unless(
        handles.size() == opened && handles.stream().distinct().count() == opened,
        "L-11",
        "%d handles were opened, and closed were %s",
        opened,
        handles);
    for (int handle : handles) {
      endedHandle(watch.since(0, call -> call.handle == handle));
    }
    for (String callback : List.of("finalize", "close", "cleanup", "unload")) {
      for (Call call : watch.of(callback)) {
        BrokenRule.unless(
            call.failure == null, Finding.ruleOf(callback), "%s failed: %s", call, call.failure);
      }
    }
    BrokenRule.unless(watch.of("cleanup").size() <= 1, "L-12", "cleanup came more than once");
    int cleanup = watch.indexOf("cleanup");
    for (int i = 0; i < calls.size() && cleanup >= 0; i++) {
      BrokenRule.unless(
          i <= cleanup || calls.get(i).name.equals("unload"),
          "L-12",
          "%s came after cleanup",
          calls.get(i));
    }
    BrokenRule.unless(
        watch.of("unload").size() == 1 && calls.getLast().name.equals("unload"),
        "L-13",
        "unload came %d times, and last was %s",
        watch.of("unload").size(),
        calls.getLast());
  }

  private static void endedHandle(List<Call> calls) {
    long prepared =
        calls.stream().filter(call -> call.name.equals("prepare") && call.failure == null).count();
    long finalized = calls.stream().filter(call -> call.name.equals("finalize")).count();
    BrokenRule.unless(prepared == finalized, "L-10", "a handle was finalized %d times", finalized);
    BrokenRule.unless(
        calls.getLast().name.equals("close"), "L-11", "%s came after its close", calls.getLast());
  }
}
