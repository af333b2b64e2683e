package nbdj.ext4;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a store wrote to a journal before a power cut is replayed by the kernel. */
@Tag("root")
final class StoreKernelTests {

  private static final long SEED = 1747;
  private static final int SECTOR = SectorText.SECTOR;
  private static final CrashStates.Effort EFFORT = new CrashStates.Effort(16, 8);

  @TempDir static Path scratch;

  /** Return cases whose logs have the least length that the kernel takes. */
  static List<CrashCase> cases() {
    return CrashCase.journalled().stream()
        .map(of -> new CrashCase(of.shape(), new LogShape(of.log().checksum(), of.log().wide(), 0)))
        .distinct()
        .toList();
  }

  @BeforeAll
  static void requireTools() throws IOException {
    Tools.require("mke2fs", "e2fsck", "dumpe2fs", "mount", "umount");
    KernelJudge.requireMount(cases().getFirst().image().image(), scratch);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void anyMoment_isRecoveredByTheKernel(CrashCase of) throws IOException {
    CrashImage image = of.image();
    Ledger ledger = new Ledger(image.files());
    RecordingDevice device = new RecordingDevice(image.image());
    ScribeWorkload.of(SEED, 900).run(device, ledger);
    double filled = of.logged(device.trace());
    assertTrue(filled > 1, () -> "the log is filled but %s times".formatted(filled));
    KernelJudge judge = new KernelJudge(ledger, 200, scratch);
    PowerCut.run(device.trace(), EFFORT, SECTOR, SEED, judge).assertGood();
    assertTrue(judge.judged() > 20, judge.judged() + " states judged");
  }

  @Test
  void missingRevoke_isCaughtByTheKernel() throws IOException {
    CrashImage image = cases().getFirst().image();
    Ledger ledger = new Ledger(image.files());
    RecordingDevice device = new RecordingDevice(image.image());
    Set<Scribe.Mistake> mistake = Set.of(Scribe.Mistake.NO_FORGET);
    new ScribeWorkload(SEED, 24, mistake).run(device, ledger);
    KernelJudge judge = new KernelJudge(ledger, 10, scratch);
    PowerCut.assertBad(device.trace(), EFFORT, SECTOR, SEED, judge);
  }
}
