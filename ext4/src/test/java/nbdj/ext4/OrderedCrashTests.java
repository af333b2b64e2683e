package nbdj.ext4;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Metadata that is changed without a journal never loses what was flushed; and a store that made
 * one mistake would be found out.
 */
final class OrderedCrashTests {

  private static final long SEED = 1743;
  private static final CrashStates.Effort EFFORT = new CrashStates.Effort(10, 5);

  static List<CrashCase> cases() {
    return CrashCase.ordered();
  }

  @BeforeAll
  static void requireTools() {
    Tools.require("mke2fs", "e2fsck", "dumpe2fs");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void anyMoment_leavesWhatWasFlushedAndLeaksAtWorst(CrashCase of) throws IOException {
    Run run = new Run(of, ScribeWorkload.of(SEED, 8));
    PowerCut.Outcome outcome = run.cut(EFFORT, SEED);
    outcome.assertGood();
    assertTrue(outcome.states() > 60, outcome::toString);
  }

  @Tag("slow")
  @ParameterizedTest
  @MethodSource("cases")
  void anyMomentOfManyRuns_leavesWhatWasFlushedAndLeaksAtWorst(CrashCase of) throws IOException {
    for (long seed = SEED + 1; seed < SEED + 6; seed++) {
      Run run = new Run(of, ScribeWorkload.of(seed, 30));
      run.cut(new CrashStates.Effort(60, 30), seed).assertGood();
    }
  }

  /** A recorded workload and its judge. */
  private static final class Run {
    private final Trace trace;
    private final OrderedJudge judge;

    /** Nothing but a journal can make good a block of metadata that was written in part. */
    private final int atom;

    Run(CrashCase of, ScribeWorkload workload) throws IOException {
      CrashImage image = of.image();
      Ledger ledger = new Ledger(image.files());
      RecordingDevice device = new RecordingDevice(image.image());
      workload.run(device, ledger);
      trace = device.trace();
      judge = new OrderedJudge(ledger);
      atom = of.blockSize();
    }

    PowerCut.Outcome cut(CrashStates.Effort effort, long seed) throws IOException {
      return PowerCut.run(trace, effort, atom, seed, judge);
    }

    void assertBad(Trace spoilt) throws IOException {
      PowerCut.assertBad(spoilt, EFFORT, atom, SEED, judge);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void pointerFirst_isCaught(CrashCase of) throws IOException {
    Run run = new Run(of, ScribeWorkload.of(SEED, 3));
    Trace spoilt = run.trace.delayed(1, change -> !SectorText.isText(change.bytes(), 0));
    run.assertBad(spoilt);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void droppedFlush_isCaught(CrashCase of) throws IOException {
    Run run = new Run(of, ScribeWorkload.of(SEED, 3));
    // The first says that the filesystem is open; then each round has two.
    for (int flush : new int[] {1, 2, 3}) {
      run.assertBad(run.trace.withoutFlush(flush));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void freedBlockUsedBeforeThatIsDurable_isCaught(CrashCase of) throws IOException {
    Set<Scribe.Mistake> mistake = Set.of(Scribe.Mistake.REUSE_AT_ONCE);
    Run run = new Run(of, new ScribeWorkload(SEED, 10, mistake));
    run.assertBad(run.trace);
  }
}
