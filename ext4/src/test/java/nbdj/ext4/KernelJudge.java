package nbdj.ext4;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assumptions;

/**
 * Has the kernel replay what a power cut left, by mounting it; then it must be without fault, and
 * every file as its history allows. Mounting takes long, so that only a share of the states is
 * looked at.
 */
final class KernelJudge implements Judge {

  private final Ledger ledger;
  private final int share;
  private final AtomicInteger seen = new AtomicInteger();
  private final AtomicInteger judged = new AtomicInteger();

  /** Where each thread mounts. */
  private final ThreadLocal<Path> mount;

  KernelJudge(Ledger ledger, int share, Path scratch) {
    this.ledger = ledger;
    this.share = share;
    this.mount = ThreadLocal.withInitial(() -> folder(scratch));
  }

  private static Path folder(Path scratch) {
    try {
      return Files.createTempDirectory(scratch, "mount");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  int judged() {
    return judged.get();
  }

  @Override
  public Optional<String> judge(CrashState state, FsckFile file) throws IOException {
    if (seen.getAndIncrement() % share != 0) {
      return Optional.empty();
    }
    judged.incrementAndGet();
    file.hold(state.image());
    Tools.Result mounted = mount(file);
    if (mounted.exit() != 0) {
      return Optional.of("cannot be mounted: " + mounted.output());
    }
    Tools.must("umount", mount.get().toString());
    PagedImage replayed = file.reread();
    Optional<String> wrong = ledger.judge(replayed, state.time());
    if (wrong.isPresent()) {
      return wrong;
    }
    Tools.Result checked = file.check(replayed);
    return checked.exit() == 0 ? Optional.empty() : Optional.of(checked.output());
  }

  private Tools.Result mount(FsckFile file) {
    return Tools.run(
        List.of("mount", "-o", "loop", file.path().toString(), mount.get().toString()));
  }

  /** Skip the calling test where nothing can be mounted. */
  static void requireMount(PagedImage image, Path scratch) throws IOException {
    KernelJudge judge = new KernelJudge(new Ledger(Map.of()), 1, scratch);
    try (FsckFile file = new FsckFile(image)) {
      Tools.Result mounted = judge.mount(file);
      Assumptions.assumeTrue(mounted.exit() == 0, () -> "cannot mount here: " + mounted.output());
      Tools.must("umount", judge.mount.get().toString());
    }
  }
}
