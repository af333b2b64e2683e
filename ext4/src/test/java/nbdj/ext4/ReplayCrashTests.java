package nbdj.ext4;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A power cut while the journal is replayed after another power cut loses nothing either; and a
 * replay that did not flush would be found out.
 */
final class ReplayCrashTests {

  private static final long SEED = 1759;
  private static final CrashStates.Effort EFFORT = new CrashStates.Effort(6, 3);

  /** One in so many states of the first power cut is replayed and cut again. */
  private static final int SHARE = 16;

  @BeforeAll
  static void requireTools() {
    Tools.require("mke2fs", "e2fsck", "dumpe2fs");
  }

  static List<CrashCase> cases() {
    List<CrashCase> all = CrashCase.journalled();
    return List.of(all.get(1), all.get(2), all.get(5), all.get(7));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void anyMomentOfReplay_losesNothing(CrashCase of) throws IOException {
    Run run = new Run(of);
    int states = 0;
    for (CrashState state : run.states) {
      PowerCut.Outcome outcome = run.cut(state, UnaryOperator.identity());
      outcome.assertGood();
      states += outcome.states();
    }
    assertTrue(states > 60, states + " states");
  }

  /** The first flush is that of what was replayed, the second that of the log's end. */
  @ParameterizedTest
  @MethodSource("cases")
  void replayWithoutItsFirstFlush_isCaught(CrashCase of) throws IOException {
    Run run = new Run(of);
    int bad = 0;
    for (CrashState state : run.states) {
      bad += run.cut(state, trace -> trace.withoutFlush(0)).bad().size();
    }
    assertTrue(bad > 0, "none is bad");
  }

  /** What power cuts leave of a workload, and its judge. */
  private static final class Run {
    final List<CrashState> states = new ArrayList<>();
    private final JournalJudge judge;

    Run(CrashCase of) throws IOException {
      CrashImage image = of.image();
      Ledger ledger = new Ledger(image.files());
      RecordingDevice device = new RecordingDevice(image.image());
      ScribeWorkload.of(SEED, 10).run(device, ledger);
      int[] seen = {0};
      CrashStates.of(
          device.trace(),
          new CrashStates.Effort(4, 0),
          SectorText.SECTOR,
          SEED,
          state -> {
            if (needsReplay(state) && seen[0]++ % SHARE == 0) {
              states.add(state);
            }
          });
      judge = new JournalJudge(ledger, SHARE);
    }

    private static boolean needsReplay(CrashState state) {
      try {
        return Superblock.read(state.image()).has(Feature.RECOVER);
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    /** Cut the power while a state is replayed, in a way that may have been spoilt. */
    PowerCut.Outcome cut(CrashState state, UnaryOperator<Trace> spoil) throws IOException {
      RecordingDevice device = new RecordingDevice(state.image());
      Ext4FileSystem.open(device).close();
      Judge again =
          (left, file) ->
              judge.judge(new CrashState(state.time(), left.image(), left.description()), file);
      return PowerCut.run(spoil.apply(device.trace()), EFFORT, SectorText.SECTOR, SEED, again);
    }
  }
}
