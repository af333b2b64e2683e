package nbdj.ext4;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Metadata that is changed through a journal survives a power cut at any moment; and a store that
 * made one mistake would be found out.
 */
final class JournalCrashTests {

  private static final long SEED = 1741;
  private static final int SECTOR = SectorText.SECTOR;
  private static final CrashStates.Effort EFFORT = new CrashStates.Effort(14, 7);

  /** One in so many states is replayed by e2fsck, too. */
  private static final int SHARE = 30;

  static List<CrashCase> cases() {
    return CrashCase.journalled();
  }

  @BeforeAll
  static void requireTools() {
    Tools.require("mke2fs", "e2fsck", "dumpe2fs");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void anyMoment_leavesWhatWasFlushedAndNothingBroken(CrashCase of) throws IOException {
    Run run = new Run(of, ScribeWorkload.of(SEED, 9));
    PowerCut.Outcome outcome = run.cut(EFFORT, SEED);
    outcome.assertGood();
    assertTrue(outcome.states() > 200, outcome::toString);
  }

  @Tag("slow")
  @ParameterizedTest
  @MethodSource("cases")
  void anyMomentOfManyRuns_leavesWhatWasFlushedAndNothingBroken(CrashCase of) throws IOException {
    for (long seed = SEED + 1; seed < SEED + 9; seed++) {
      Run run = new Run(of, ScribeWorkload.of(seed, 40));
      run.cut(new CrashStates.Effort(60, 30), seed).assertGood();
    }
  }

  @Test
  void severalThreads_leaveWhatEachHasFlushed() throws IOException {
    parallel(cases().get(1), new ParallelWorkload(SEED, 4, 12), new CrashStates.Effort(8, 4));
  }

  @Tag("slow")
  @ParameterizedTest
  @MethodSource("cases")
  void severalThreadsForLong_leaveWhatEachHasFlushed(CrashCase of) throws IOException {
    for (long seed = SEED + 1; seed < SEED + 5; seed++) {
      parallel(of, new ParallelWorkload(seed, 4, 60), EFFORT);
    }
  }

  private static void parallel(CrashCase of, ParallelWorkload workload, CrashStates.Effort effort)
      throws IOException {
    Run run = new Run(of.image(workload.contents(of.blockSize())), workload);
    PowerCut.Outcome outcome = run.cut(effort, SEED);
    outcome.assertGood();
    assertTrue(outcome.states() > 100, outcome::toString);
  }

  /** A recorded workload and its judge. */
  private static final class Run {
    private final Trace trace;
    private final JournalJudge judge;

    Run(CrashCase of, Workload workload) throws IOException {
      this(of.image(), workload);
    }

    Run(CrashImage image, Workload workload) throws IOException {
      Ledger ledger = new Ledger(image.files());
      RecordingDevice device = new RecordingDevice(image.image());
      workload.run(device, ledger);
      trace = device.trace();
      judge = new JournalJudge(ledger, SHARE);
    }

    PowerCut.Outcome cut(CrashStates.Effort effort, long seed) throws IOException {
      return PowerCut.run(trace, effort, SECTOR, seed, judge);
    }

    void assertBad(Trace spoilt) throws IOException {
      PowerCut.assertBad(spoilt, EFFORT, SECTOR, SEED, judge);
    }
  }

  /** Return cases with and without checksums, whose logs are so long that only flushes commit. */
  static List<CrashCase> someCases() {
    return List.of(cases().get(0), cases().get(7));
  }

  @ParameterizedTest
  @MethodSource("someCases")
  void droppedFlush_isCaught(CrashCase of) throws IOException {
    Run run = new Run(of, ScribeWorkload.of(SEED, 5));
    // The first says that recovery is needed; then each commit has two.
    for (int flush : new int[] {0, 1, 2, 5, 6}) {
      run.assertBad(run.trace.withoutFlush(flush));
    }
  }

  @ParameterizedTest
  @MethodSource("someCases")
  void dataAfterTheCommit_isCaught(CrashCase of) throws IOException {
    Run run = new Run(of, ScribeWorkload.of(SEED, 5));
    Trace spoilt = run.trace.delayed(3, change -> SectorText.isText(change.bytes(), 0));
    run.assertBad(spoilt);
  }

  @ParameterizedTest
  @MethodSource("someCases")
  void freedBlockUsedBeforeThatIsDurable_isCaught(CrashCase of) throws IOException {
    Set<Scribe.Mistake> mistake = Set.of(Scribe.Mistake.REUSE_AT_ONCE);
    Run run = new Run(of, new ScribeWorkload(SEED, 24, mistake));
    run.assertBad(run.trace);
  }

  @ParameterizedTest
  @MethodSource("someCases")
  void missingRevoke_isCaught(CrashCase of) throws IOException {
    Set<Scribe.Mistake> mistake = Set.of(Scribe.Mistake.NO_FORGET);
    Run run = new Run(of, new ScribeWorkload(SEED, 24, mistake));
    run.assertBad(run.trace);
  }
}
