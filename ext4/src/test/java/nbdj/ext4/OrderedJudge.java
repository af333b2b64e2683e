package nbdj.ext4;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Judges what a power cut leaves of a filesystem without a journal. Blocks may be marked as used
 * that nothing leads to, and what is counted or summed twice may differ: the count and checksum of
 * a bitmap, the number of blocks of an inode, what an owner uses. Nothing may lead to a block that
 * is not marked, or to one block twice, or nowhere. Every file must be as its history allows,
 * before e2fsck has repaired the rest and after.
 */
final class OrderedJudge implements Judge {

  /** What e2fsck may complain of, and what it says besides. */
  private static final List<Pattern> HARMLESS =
      Stream.of(
              "",
              "e2fsck \\d.*",
              "Pass \\d.*",
              "Fix\\? no",
              "IGNORED\\.",
              ".*: \\d+/\\d+ files .*",
              ".* WARNING: Filesystem still has errors .*",
              "Free blocks count wrong .*",
              "Block bitmap differences: ( -\\d+| -\\(\\d+--\\d+\\))+",
              "Block bitmap differences: Group \\d+ block bitmap does not match checksum\\.",
              "\\[QUOTA WARNING\\] Usage inconsistent for ID \\d+:actual .*",
              "Update quota info for quota type \\d\\? no",
              "Inode \\d+, i_blocks is \\d+, should be \\d+\\.  Fix\\? no")
          .map(Pattern::compile)
          .toList();

  private final Ledger ledger;

  /** What e2fsck said of metadata, by its hash; empty if it is harmless. */
  private final Map<Long, String> checked = new ConcurrentHashMap<>();

  OrderedJudge(Ledger ledger) {
    this.ledger = ledger;
  }

  @Override
  public Optional<String> judge(CrashState state, FsckFile file) throws IOException {
    Optional<String> wrong = ledger.judge(state.image(), state.time());
    if (wrong.isPresent()) {
      return wrong;
    }
    long hash = state.image().hash();
    String said = checked.get(hash);
    if (said == null) {
      said = check(state, file);
      checked.put(hash, said);
    }
    return said.isEmpty() ? Optional.empty() : Optional.of(said);
  }

  private String check(CrashState state, FsckFile file) throws IOException {
    String said = file.check(state.image()).output();
    List<String> grave =
        said.lines()
            .filter(line -> HARMLESS.stream().noneMatch(kind -> kind.matcher(line).matches()))
            .toList();
    if (!grave.isEmpty()) {
      return "%s in\n%s".formatted(grave, said);
    }
    PagedImage repaired = file.repair(state.image());
    Optional<String> lost = ledger.judge(repaired, state.time());
    if (lost.isPresent()) {
      return "after repair " + lost.get();
    }
    Tools.Result again = file.check(repaired);
    return again.exit() == 0 ? "" : "after repair " + again.output();
  }

  /** Return how many different states of metadata e2fsck has looked at. */
  int checkedStates() {
    return checked.size();
  }
}
