package nbdj.tck;

import java.io.IOException;
import java.util.List;
import org.opentest4j.TestAbortedException;

/** What chapters about filters have in common: devices of their own below, and what is owed. */
abstract class FilterChapter extends Chapter {
  final FilterContract filter;

  FilterChapter(FilterContract contract) {
    super(contract);
    this.filter = contract;
  }

  /** Make a stage over a plugin. */
  final Stage over(ReferencePlugin below) {
    return keep(filter.stage(below));
  }

  /** Make the plugin that a filter has below it in most tests. */
  final ReferencePlugin reference() throws IOException {
    return new ReferencePlugin(filter.newDevice());
  }

  /** Serve the filter over a device that breaks down now and then. */
  final Stage started(Breakdown breakdown) throws IOException {
    Stage stage = start();
    stage.device().withHook(breakdown);
    return stage;
  }

  /**
   * Serve the filter over a device that it may refuse, in which case the test does not apply.
   *
   * @param device what it is, for the reason
   */
  final Io openUnlessRefused(Stage stage, String device) {
    try {
      Io io = stage.tryStart().tryOpen(stage.connect());
      // The server asks before it lets a client in, so that this is a place to refuse, too.
      io.next().size();
      return io;
    } catch (IOException refusal) {
      refusedWell(stage, refusal);
      String reason = "the filter refuses %s: %s".formatted(device, refusal.getMessage());
      contract.session().noted(List.of(reason));
      throw new TestAbortedException("not applicable: " + reason, refusal);
    }
  }

  /** Check that a filter which refuses a device says so as it should. */
  static void refusedWell(Stage stage, IOException refusal) {
    BrokenRule.unless(
        refusal.getMessage() != null && !refusal.getMessage().isBlank(),
        "X-6",
        "the filter refused the device without a message");
    nothingUnchecked(stage);
  }

  /** Check that the filter threw nothing but failures. */
  static void nothingUnchecked(Stage stage) {
    for (Call fault : stage.watch().since(0, call -> Finding.isUnchecked(call.failure))) {
      throw new BrokenRule(Finding.ruleOf(fault), Finding.describe(fault), fault.failure);
    }
  }

  /** Check that the filter threw nothing but failures and asked for nothing that it may not. */
  static void wellBehaved(Stage stage) {
    nothingUnchecked(stage);
    List<String> misuses = stage.dealings().misuses();
    BrokenRule.unless(misuses.isEmpty(), "F-1", "the filter asked for %s", misuses);
  }

  /** Check that every handle below was closed once, and nothing was asked of it afterwards. */
  static void balanced(Stage stage) {
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

  /** Check that the filter closed what it opened itself. */
  static void ownHandlesClosed(Stage stage) {
    List<WatchedNext> left = stage.dealings().leftByCleanup();
    BrokenRule.unless(
        left.isEmpty(),
        "O-8",
        "%d handles of the layer below were open when cleanup returned: %s",
        left.size(),
        left.stream().map(next -> "'" + next.exportName() + "'").toList());
  }
}
