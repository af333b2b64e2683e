package nbdj.ext4;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Which blocks are still being looked at by those who were shown where they lie: until they are
 * done nobody else gets the blocks, whatever becomes of the file. Safe for use by several threads.
 *
 * <p>A loan is of no blocks in particular: what is given up waits for all loans that began before.
 */
final class Loans {

  /** Guards the fields below it; nothing is called while it is held. */
  private final Object lock = new Object();

  /** Loans that have not ended, by the generation in which they began. */
  private final SortedMap<Long, Integer> open = new TreeMap<>();

  /** What waits for the loans of a generation and all before. */
  private final TreeMap<Long, List<Runnable>> waiting = new TreeMap<>();

  private long generation;

  /**
   * Begin a loan.
   *
   * @return ends it; runs what has waited for it; does nothing the second time
   */
  Runnable begin() {
    long began;
    synchronized (lock) {
      began = generation;
      open.merge(began, 1, Integer::sum);
    }
    AtomicBoolean ended = new AtomicBoolean();
    return () -> {
      if (ended.compareAndSet(false, true)) {
        end(began);
      }
    };
  }

  private void end(long began) {
    List<Runnable> due = new ArrayList<>();
    synchronized (lock) {
      open.computeIfPresent(began, (when, count) -> count > 1 ? count - 1 : null);
      while (!waiting.isEmpty() && (open.isEmpty() || waiting.firstKey() < open.firstKey())) {
        due.addAll(waiting.pollFirstEntry().getValue());
      }
    }
    due.forEach(Runnable::run);
  }

  /** Have something done when all loans have ended that are open now: at once if there are none. */
  void whenEnded(Runnable action) {
    synchronized (lock) {
      if (!open.isEmpty()) {
        waiting.computeIfAbsent(generation, when -> new ArrayList<>()).add(action);
        generation++;
        return;
      }
    }
    action.run();
  }
}
