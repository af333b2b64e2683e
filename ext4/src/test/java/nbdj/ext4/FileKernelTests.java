package nbdj.ext4;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is left of files after a power cut, the kernel recovers as this engine does. */
@Tag("root")
final class FileKernelTests {

  private static final long SEED = 1753;
  private static final CrashStates.Effort EFFORT = new CrashStates.Effort(12, 6);

  /** One in so many states is mounted. */
  private static final int SHARE = 60;

  @TempDir static Path scratch;

  /** Return cases whose logs have the least length that the kernel takes. */
  static List<CrashCase> cases() {
    return Stream.concat(
            StoreKernelTests.cases().stream(),
            CrashCase.special().stream().filter(CrashCase::hasJournal))
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
    CrashImage image = of.imageForFiles();
    // Not every kernel counts for quotas.
    KernelJudge.requireMount(image.image(), scratch);
    Ledger ledger = new Ledger(image.files());
    RecordingDevice device = new RecordingDevice(image.image());
    of.workload(SEED, 4, 40, true).run(device, ledger);
    KernelJudge judge = new KernelJudge(ledger, SHARE, scratch);
    PowerCut.run(device.trace(), EFFORT, SectorText.SECTOR, SEED, judge).assertGood();
    assertTrue(judge.judged() > 10, judge.judged() + " states judged");
  }
}
