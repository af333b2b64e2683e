package nbdj.ext4;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/**
 * Judges what a power cut leaves of a filesystem with a journal: once replayed, it must be without
 * fault, and every file as its history allows.
 *
 * <p>Every state is replayed and read in this process. e2fsck looks at each image that comes out of
 * that once, and replays a share of the states itself.
 */
final class JournalJudge implements Judge {

  private final Ledger ledger;

  /** One in so many states is replayed by e2fsck, too. */
  private final int share;

  private final AtomicInteger seen = new AtomicInteger();

  /** What e2fsck said of metadata, by its hash; empty if it is good. */
  private final Map<Long, String> checked = new ConcurrentHashMap<>();

  JournalJudge(Ledger ledger, int share) {
    this.ledger = ledger;
    this.share = share;
  }

  @Override
  public Optional<String> judge(CrashState state, FsckFile file) throws IOException {
    PagedImage replayed = state.image().copy();
    // What was not closed is replayed when it is opened.
    Ext4FileSystem.open(replayed).close();
    // It must be good for more than reading.
    StoreFactory.of(
        Volume.open(replayed, Superblock.read(replayed)),
        Optional.empty(),
        UnaryOperator.identity());
    Optional<String> wrong = judgeReplayed(replayed, state.time(), file);
    if (wrong.isEmpty() && seen.incrementAndGet() % share == 0) {
      PagedImage theirs = file.replay(state.image());
      if (theirs.hash() != replayed.hash()) {
        wrong =
            judgeReplayed(theirs, state.time(), file).map(text -> "replayed by e2fsck: " + text);
      }
    }
    return wrong;
  }

  private Optional<String> judgeReplayed(PagedImage image, int time, FsckFile file)
      throws IOException {
    Optional<String> wrong = ledger.judge(image, time);
    if (wrong.isPresent()) {
      return wrong;
    }
    String said = checked.get(image.hash());
    if (said == null) {
      Tools.Result result = file.check(image);
      said = result.exit() == 0 ? "" : result.output();
      checked.put(image.hash(), said);
    }
    return said.isEmpty() ? Optional.empty() : Optional.of(said);
  }

  /** Return how many different states of metadata e2fsck has looked at. */
  int checkedStates() {
    return checked.size();
  }
}
