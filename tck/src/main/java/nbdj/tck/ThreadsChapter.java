package nbdj.tck;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import nbdj.api.ThreadModel;
import org.junit.jupiter.api.Test;

/** Thread models. */
abstract class ThreadsChapter extends Chapter {
  private static final int THREADS = 4;
  private static final int ROUNDS = 25;

  ThreadsChapter(LayerContract contract) {
    super(contract);
  }

  @Test
  @Rule("T-2")
  void serializeConnections_secondHandle_waitsForTheFirst() throws Exception {
    Stage stage = start();
    applies(
        stage.chain().threadModel() == ThreadModel.SERIALIZE_CONNECTIONS,
        "the thread model is not SERIALIZE_CONNECTIONS");
    var first = stage.connect();
    stage.open(first);
    FutureTask<Io> second = new FutureTask<>(stage::open);
    Thread.ofPlatform().daemon().start(second);
    first.close();
    second.get(Settings.timeout(), TimeUnit.SECONDS);
    List<Call> calls =
        stage.watch().since(0, call -> call.name.matches("open|close")).stream().toList();
    BrokenRule.unless(
        calls.size() == 3 && calls.get(1).name.equals("close"), "T-2", "calls came as %s", calls);
  }

  @Test
  @Rule("T-3")
  void serializeAllRequests_manyThreadsAndHandles_oneCallAtATime() throws Exception {
    Stage stage = start();
    applies(
        stage.chain().threadModel() == ThreadModel.SERIALIZE_ALL_REQUESTS,
        "the thread model is not SERIALIZE_ALL_REQUESTS");
    Watch served = readsOfManyThreads(stage);
    BrokenRule.unless(served.mostInAll() == 1, "T-3", "%d calls ran at once", served.mostInAll());
  }

  @Test
  @Rule("T-4")
  void serializeRequests_manyThreadsOfOneHandle_oneCallAtATime() throws Exception {
    Stage stage = start();
    applies(
        stage.chain().threadModel() == ThreadModel.SERIALIZE_REQUESTS,
        "the thread model is not SERIALIZE_REQUESTS");
    Watch served = readsOfManyThreads(stage);
    BrokenRule.unless(served.mostInOne() == 1, "T-4", "%d calls ran at once", served.mostInOne());
  }

  @Test
  @Rule("T-5")
  void parallel_concurrentWritesToDisjointRanges_areAllThere() throws Exception {
    Stage stage = start();
    Io io = stage.open();
    Range ground = ground(io);
    applies(
        stage.chain().threadModel() == ThreadModel.PARALLEL, "the thread model is not PARALLEL");
    int slot = (int) Math.min(ground.length() / THREADS, 1000);
    int rounds = (int) Math.min(ROUNDS, ground.length() / THREADS / slot);
    meetAtEntry(stage);
    for (int round = 0; round < rounds; round++) {
      Pattern pattern = new Pattern(round);
      long start = ground.offset() + (long) round * THREADS * slot;
      together(thread -> {
        long offset = start + (long) thread * slot;
        io.write(pattern.bytes(offset, slot), offset);
      });
      byte[] expected = pattern.bytes(start, THREADS * slot);
      byte[] read = io.pread(start, THREADS * slot);
      same(expected, read, start, "T-5", "written by %d threads at once".formatted(THREADS));
    }
  }

  @Test
  @Rule("T-5")
  void parallel_concurrentReads_answerEachItsOwn() throws Exception {
    Stage stage = start();
    Io io = stage.open();
    Range head = head(io);
    applies(
        stage.chain().threadModel() == ThreadModel.PARALLEL, "the thread model is not PARALLEL");
    applies(head.length() >= THREADS, "the export is too small");
    int slot = (int) Math.min(head.length() / THREADS, 5000);
    byte[] all = io.pread(0, slot * THREADS);
    meetAtEntry(stage);
    for (int round = 0; round < ROUNDS; round++) {
      together(thread -> {
        int at = thread * slot;
        byte[] expected = Arrays.copyOfRange(all, at, at + slot);
        same(expected, io.pread(at, slot), at, "T-5", "read at once");
        same(expected, io.read(at, slot), at, "T-5", "read at once");
      });
    }
  }

  @Test
  @Rule("T-6")
  void writtenByOneThread_readByAnother_isSeen() throws Exception {
    Io io = open();
    Range range = ground(io).first(5000);
    for (int round = 0; round < 20; round++) {
      byte[] bytes = new Pattern(round).bytes(range.offset(), (int) range.length());
      io.write(bytes, range.offset());
      FutureTask<byte[]> read = new FutureTask<>(() -> io.pread(range));
      Thread.ofPlatform().daemon().start(read);
      byte[] seen = result(read);
      same(bytes, seen, range.offset(), "T-6", "on another thread");
    }
  }

  /** What one of several threads does. */
  @FunctionalInterface
  private interface Work {
    void run(int thread) throws IOException;
  }

  private Watch readsOfManyThreads(Stage stage) throws Exception {
    Io shared = stage.open();
    Io other = stage.open();
    Range head = head(shared);
    stage.watch().atEntry(Thread::onSpinWait);
    together(thread -> {
      for (int i = 0; i < ROUNDS; i++) {
        (i % 2 == 0 ? shared : other).pread(head);
      }
    });
    return stage.watch();
  }

  /** Have the threads enter the layer together, as far as the layers above and below let them. */
  private static void meetAtEntry(Stage stage) {
    CyclicBarrier barrier = new CyclicBarrier(THREADS);
    stage
        .watch()
        .atEntry(() -> {
          try {
            if (!barrier.isBroken() && Thread.currentThread().getName().startsWith("tck-")) {
              barrier.await(2, TimeUnit.SECONDS);
            }
          } catch (BrokenBarrierException | TimeoutException e) {
            // From here on they run as they come.
            barrier.reset();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  private static void together(Work work) throws Exception {
    List<FutureTask<Void>> tasks = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      int thread = i;
      FutureTask<Void> task =
          new FutureTask<>(() -> {
            work.run(thread);
            return null;
          });
      tasks.add(task);
      Thread.ofPlatform().daemon().name("tck-" + i).start(task);
    }
    for (FutureTask<Void> task : tasks) {
      result(task);
    }
  }

  private static <T> T result(FutureTask<T> task) throws Exception {
    try {
      return task.get(Settings.timeout(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof BrokenRule broken) {
        throw broken;
      }
      throw e;
    }
  }
}
