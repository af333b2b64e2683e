package nbdj.tck;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import nbdj.api.ThreadModel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;

/** What all chapters have in common: stages that are closed after the test, and conditions. */
abstract class Chapter {
  /** How much of an export tests write to, in bytes. */
  static final int GROUND = 256 << 10;

  final LayerContract contract;
  private final List<Stage> stages = new ArrayList<>();

  Chapter(LayerContract contract) {
    this.contract = contract;
  }

  /** Serve the layer. */
  final Stage start() throws IOException {
    return keep(contract.stage(false)).start();
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
    stages.forEach(Stage::close);
  }

  /** Skip the test unless it can apply. */
  static void applies(boolean condition, String because) {
    Assumptions.assumeTrue(condition, () -> "not applicable: " + because);
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
}
