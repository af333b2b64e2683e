package nbdj.tck;

import java.io.IOException;
import java.util.List;
import nbdj.api.Flags;
import nbdj.api.NbdException;
import nbdj.api.Next;
import nbdj.runtime.chain.Client;
import org.junit.jupiter.api.Test;

/** Errors and their containment. */
abstract class ErrorsChapter extends Chapter {
  private static final List<String> STRANGE_NAMES =
      List.of(
          "..",
          "../../etc/passwd",
          "/",
          "a/b",
          " ",
          "no such export \u00e9\ud83d\ude00",
          "%s%n",
          "x".repeat(4096));

  ErrorsChapter(LayerContract contract) {
    super(contract);
  }

  @Test
  @Rule("X-3")
  void strangeNames_open_throwsNothingUnchecked() throws IOException {
    for (Call call : opensOfStrangeNames()) {
      BrokenRule.unless(
          call.failure == null || call.failure instanceof IOException,
          "X-3",
          "open threw %s",
          call.failure);
    }
  }

  @Test
  @Rule("X-6")
  void strangeNames_refusal_isOneSentence() throws IOException {
    for (Call call : opensOfStrangeNames()) {
      if (call.failure instanceof IOException failure) {
        String message = failure.getMessage();
        BrokenRule.unless(
            message != null && !message.isBlank() && !message.contains("\n"),
            "X-6",
            "the message of a refusal is '%s'",
            message);
      }
    }
  }

  @Test
  @Rule({"R-1", "W-1", "E-1"})
  void rangeOutsideTheExport_operations_areRefusedBeforeTheLayerSeesThem() throws IOException {
    Stage stage = start();
    Next next = stage.open().next();
    long size = next.size();
    int before = stage.watch().size();
    refused("R-1", () -> next.pread(pattern(1).direct(0, 2), size - 1));
    refused("R-1", () -> next.read(size, 1, new Answer()));
    refused("R-1", () -> next.read(0, 0, new Answer()));
    refused("R-1", () -> next.read(-1, 1, new Answer()));
    refused("W-1", () -> next.pwrite(pattern(1).direct(0, 2), size - 1, Flags.NONE));
    refused("W-1", () -> next.zero(size, 1, Flags.NONE));
    refused("W-1", () -> next.trim(1, Long.MAX_VALUE, Flags.NONE));
    refused("E-1", () -> next.extents(size, 1, Flags.NONE, (at, length, type) -> {}));
    List<Call> data =
        stage.watch().since(before, call -> call.name.matches("p?read|pwrite|zero|trim|extents"));
    BrokenRule.unless(data.isEmpty(), "R-1", "%s reached the layer", data);
  }

  private interface Attempt {
    void run() throws IOException;
  }

  private static void refused(String rule, Attempt attempt) throws IOException {
    try {
      attempt.run();
    } catch (NbdException expected) {
      return;
    }
    throw new BrokenRule(rule, "a range outside the export was served");
  }

  private List<Call> opensOfStrangeNames() throws IOException {
    Stage stage = start();
    for (String name : STRANGE_NAMES) {
      try (Client client = stage.connect()) {
        client.release(client.open(name));
      } catch (NbdException refused) {
        // What the layer itself threw is judged below.
      }
    }
    return stage.watch().of("open");
  }
}
