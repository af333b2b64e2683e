package nbdj.ext4;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Runs of blocks that an edit frees: up to a number of them, neighbours joined. For one edit. */
final class FreedRuns {

  private record Run(long physical, long length) {}

  private final int most;
  private final List<Run> runs = new ArrayList<>();

  /**
   * Begin with none.
   *
   * @param most runs, from 1
   */
  FreedRuns(int most) {
    this.most = most;
  }

  /**
   * Add blocks.
   *
   * @return false, and nothing has been done, if that would be one run too many
   */
  boolean add(long physical, long length) {
    if (!runs.isEmpty()) {
      Run last = runs.getLast();
      if (last.physical + last.length == physical) {
        runs.set(runs.size() - 1, new Run(last.physical, last.length + length));
        return true;
      }
    }
    if (runs.size() == most) {
      return false;
    }
    runs.add(new Run(physical, length));
    return true;
  }

  /**
   * Add what extents have in a stretch.
   *
   * @return the logical block up to which all has been added: the end of the stretch, or an earlier
   *     one if there were too many runs
   */
  long collect(List<Extent> extents, long from, long to) {
    for (int i = ExtentEdits.firstEndingAfter(extents, from); i < extents.size(); i++) {
      if (extents.get(i).logical() >= to) {
        return to;
      }
      Extent part = extents.get(i).within(from, to);
      if (!add(part.physical(), part.length())) {
        return part.logical();
      }
    }
    return to;
  }

  boolean isEmpty() {
    return runs.isEmpty();
  }

  void tell(FreedBlocks freed) throws IOException {
    for (Run run : runs) {
      freed.freed(run.physical, run.length);
    }
  }
}
