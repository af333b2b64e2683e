package nbdj.tck;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import nbdj.api.Export;
import nbdj.api.NbdException;
import nbdj.runtime.chain.Client;
import org.junit.jupiter.api.Test;

/** Names and lists of exports. */
abstract class ExportsChapter extends Chapter {
  ExportsChapter(LayerContract contract) {
    super(contract);
  }

  @Test
  @Rule("N-2")
  void served_listExports_hasNotTooMany() throws IOException {
    Stage stage = start();
    List<Export> exports = list(stage.connect(), "N-4");
    List<Call> calls = stage.watch().of("listExports");
    BrokenRule.unless(
        exports.size() <= Export.MAX_EXPORTS
            && calls.stream().allMatch(call -> call.failure == null),
        "N-2",
        "the list has %d exports",
        exports.size());
  }

  @Test
  @Rule("N-3")
  void defaultExport_open_servesItOrThereIsNone() throws IOException {
    Stage stage = start();
    Client client = stage.connect();
    Optional<String> name = client.defaultExport();
    try {
      client.open("");
    } catch (NbdException refusal) {
      if (name.isPresent()) {
        throw stage.refusal("", refusal);
      }
      return;
    }
    BrokenRule.unless(
        name.isPresent(), "N-3", "the empty name was served without a default export");
  }

  @Test
  @Rule("N-4")
  void handleOpen_listAndDefault_workOnAnyThread() throws IOException, InterruptedException {
    Stage stage = start();
    stage.open();
    List<FutureTask<List<Export>>> tasks = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Client client = stage.connect();
      tasks.add(
          begin(
              "lists",
              () -> {
                client.defaultExport();
                return list(client, "N-4");
              }));
    }
    for (FutureTask<List<Export>> task : tasks) {
      result("N-4", task);
    }
  }

  @Test
  @Rule("X-4")
  void missingExport_open_isRefusedAndTheNextOpenServed() throws IOException {
    String missing = contract.missingExport().orElse("");
    applies(!missing.isEmpty(), "missingExport() names none");
    Stage stage = start();
    Client client = stage.connect();
    NbdException refusal = null;
    try {
      client.open(missing);
    } catch (NbdException e) {
      refusal = e;
    }
    BrokenRule.unless(refusal != null, "X-4", "export '%s' was opened", missing);
    stage.open(client);
  }

  private static List<Export> list(Client client, String rule) {
    try {
      return client.listExports();
    } catch (IOException | RuntimeException e) {
      throw Blame.toldByServer(e)
          .orElseGet(() -> new BrokenRule(rule, "listExports failed: " + e.getMessage(), e));
    }
  }
}
