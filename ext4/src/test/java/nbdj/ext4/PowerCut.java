package nbdj.ext4;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Assertions;

/** Cuts the power at every moment of a trace and has what is left judged. */
final class PowerCut {

  private static final int SHOWN = 5;
  private static final CrashState END = new CrashState(-1, PagedImage.of(new byte[0]), "end");

  /**
   * What was found.
   *
   * @param seed that the states were chosen by
   * @param bad descriptions of the bad states
   */
  record Outcome(long seed, int states, List<String> bad) {

    void assertGood() {
      Assertions.assertTrue(
          bad.isEmpty(),
          () ->
              "%d of %d states (seed %d) are bad, such as\n%s"
                  .formatted(
                      bad.size(),
                      states,
                      seed,
                      String.join("\n", bad.stream().limit(SHOWN).toList())));
    }
  }

  private final Trace trace;
  private final Judge judge;

  /** Whether one bad state is enough. */
  private final boolean untilBad;

  private volatile boolean enough;
  private final BlockingQueue<CrashState> queue = new ArrayBlockingQueue<>(64);

  private PowerCut(Trace trace, Judge judge, boolean untilBad) {
    this.trace = trace;
    this.judge = judge;
    this.untilBad = untilBad;
  }

  /**
   * Judge the states of a trace.
   *
   * @param atom bytes that the device writes whole or not at all
   */
  static Outcome run(Trace trace, CrashStates.Effort effort, int atom, long seed, Judge judge)
      throws IOException {
    return new PowerCut(trace, judge, false).run(effort, atom, seed);
  }

  /** Judge the states of a trace that must have bad ones, until one is found. */
  static void assertBad(Trace trace, CrashStates.Effort effort, int atom, long seed, Judge judge)
      throws IOException {
    Outcome outcome = new PowerCut(trace, judge, true).run(effort, atom, seed);
    Assertions.assertFalse(
        outcome.bad.isEmpty(), () -> "none of %d states is bad".formatted(outcome.states));
  }

  private Outcome run(CrashStates.Effort effort, int atom, long seed) throws IOException {
    try (FsckFile one = new FsckFile(trace.initial());
        FsckFile two = new FsckFile(trace.initial());
        ExecutorService pool = Executors.newFixedThreadPool(2)) {
      List<Future<Outcome>> workers =
          List.of(pool.submit(() -> work(one)), pool.submit(() -> work(two)));
      CrashStates.of(trace, effort, atom, seed, this::offer);
      workers.forEach(worker -> put(END));
      int states = 0;
      List<String> bad = new ArrayList<>();
      for (Future<Outcome> worker : workers) {
        states += worker.get().states;
        bad.addAll(worker.get().bad);
      }
      return new Outcome(seed, states, List.copyOf(bad));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    } catch (ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  private void offer(CrashState state) {
    if (!enough) {
      put(state);
    }
  }

  private void put(CrashState state) {
    try {
      queue.put(state);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private Outcome work(FsckFile file) throws InterruptedException {
    int states = 0;
    List<String> bad = new ArrayList<>();
    for (CrashState state = queue.take(); !state.equals(END); state = queue.take()) {
      if (!enough) {
        states++;
        String description = state.description();
        judgeOne(state, file).ifPresent(text -> bad.add(description + ": " + text));
        enough |= untilBad && !bad.isEmpty();
      }
    }
    return new Outcome(0, states, bad);
  }

  /** A judge that fails must not leave the one who makes the states waiting for ever. */
  private Optional<String> judgeOne(CrashState state, FsckFile file) {
    try {
      return judge.judge(state, file);
    } catch (IOException | RuntimeException | Error e) {
      return Optional.of("cannot be judged: " + e);
    }
  }
}
