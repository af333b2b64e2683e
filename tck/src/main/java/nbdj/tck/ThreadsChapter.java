package nbdj.tck;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import nbdj.api.ThreadModel;
import nbdj.runtime.chain.Client;
import org.junit.jupiter.api.Test;

/** Thread models. */
abstract class ThreadsChapter extends Chapter {
  private static final int THREADS = 4;
  private static final int ROUNDS = 25;

  /** Where the threads meet before each call. */
  private final CyclicBarrier entry = new CyclicBarrier(THREADS);

  /** The threads run as they come. */
  private final AtomicBoolean apart = new AtomicBoolean();

  ThreadsChapter(LayerContract contract) {
    super(contract);
  }

  @Test
  @Rule("T-2")
  void serializeConnections_secondHandle_waitsForTheFirst()
      throws IOException, InterruptedException {
    Stage stage = start();
    applies(
        stage.chain().threadModel() == ThreadModel.SERIALIZE_CONNECTIONS,
        "the thread model is not SERIALIZE_CONNECTIONS");
    var first = stage.connect();
    stage.open(first);
    FutureTask<Io> second = begin("second", stage::open);
    first.close();
    result("T-2", second);
    List<Call> calls =
        stage.watch().since(0, call -> call.name.matches("open|close")).stream().toList();
    BrokenRule.unless(
        calls.size() == 3 && calls.get(1).name.equals("close"), "T-2", "calls came as %s", calls);
  }

  @Test
  @Rule("T-3")
  void serializeAllRequests_manyThreadsAndHandles_oneCallAtATime()
      throws IOException, InterruptedException {
    Stage stage = start();
    applies(
        stage.chain().threadModel() == ThreadModel.SERIALIZE_ALL_REQUESTS,
        "the thread model is not SERIALIZE_ALL_REQUESTS");
    Watch served = readsOfManyThreads(stage, "T-3");
    BrokenRule.unless(served.mostInAll() == 1, "T-3", "%d calls ran at once", served.mostInAll());
  }

  @Test
  @Rule("T-4")
  void serializeRequests_manyThreadsOfOneHandle_oneCallAtATime()
      throws IOException, InterruptedException {
    Stage stage = start();
    applies(
        stage.chain().threadModel() == ThreadModel.SERIALIZE_REQUESTS,
        "the thread model is not SERIALIZE_REQUESTS");
    Watch served = readsOfManyThreads(stage, "T-4");
    BrokenRule.unless(served.mostInOne() == 1, "T-4", "%d calls ran at once", served.mostInOne());
  }

  @Test
  @Rule(
      value = "T-5",
      buildsOn = {"R", "W", "T-6"})
  void parallel_concurrentWritesToDisjointRanges_areAllThere()
      throws IOException, InterruptedException {
    Stage stage = start();
    Io io = stage.open();
    Range ground = ground(io);
    applies(
        stage.chain().threadModel() == ThreadModel.PARALLEL, "the thread model is not PARALLEL");
    int slot = (int) Math.min(ground.length() / THREADS, 1000);
    int rounds = (int) Math.min(ROUNDS, ground.length() / THREADS / slot);
    meetAtEntry(stage);
    for (int round = 0; round < rounds; round++) {
      Pattern pattern = pattern(round);
      long start = ground.offset() + (long) round * THREADS * slot;
      together(
          "T-5",
          thread -> {
            long offset = start + (long) thread * slot;
            io.write(pattern.bytes(offset, slot), offset);
          });
      byte[] expected = pattern.bytes(start, THREADS * slot);
      byte[] read = io.pread(start, THREADS * slot);
      same(expected, read, start, "T-5", "written by %d threads at once".formatted(THREADS));
    }
  }

  @Test
  @Rule(
      value = "T-5",
      buildsOn = {"R", "T-6"})
  void parallel_concurrentReads_answerEachItsOwn() throws IOException, InterruptedException {
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
      together(
          "T-5",
          thread -> {
            int at = thread * slot;
            byte[] expected = Arrays.copyOfRange(all, at, at + slot);
            same(expected, io.pread(at, slot), at, "T-5", "read at once");
            same(expected, io.read(at, slot), at, "T-5", "read at once");
          });
    }
  }

  @Test
  @Rule(value = "T-6", buildsOn = "W-2")
  void writtenByOneThread_readByAnother_isSeen() throws IOException, InterruptedException {
    Io io = open();
    Range range = ground(io).first(5000);
    for (int round = 0; round < 20; round++) {
      byte[] bytes = pattern(round).bytes(range.offset(), (int) range.length());
      io.write(bytes, range.offset());
      byte[] seen = result("T-6", begin("reads", () -> io.pread(range)));
      same(bytes, seen, range.offset(), "T-6", "on another thread");
    }
  }

  /** What one of several threads does. */
  @FunctionalInterface
  private interface Work {
    void run(int thread) throws IOException;
  }

  @Test
  @Rule(
      value = "T-3",
      buildsOn = {"N", "X", "R", "W", "T-6"})
  void serializeAllRequests_manyHandlesOnManyThreads_eachIsRight()
      throws IOException, InterruptedException {
    ownHandles(ThreadModel.SERIALIZE_ALL_REQUESTS, "T-3");
  }

  @Test
  @Rule(
      value = "T-4",
      buildsOn = {"N", "X", "R", "W", "T-6"})
  void serializeRequests_manyHandlesAtOnce_eachIsRight() throws IOException, InterruptedException {
    ownHandles(ThreadModel.SERIALIZE_REQUESTS, "T-4");
  }

  @Test
  @Rule(
      value = "T-5",
      buildsOn = {"N", "X", "R", "W", "T-6"})
  void parallel_manyHandlesAtOnce_eachIsRight() throws IOException, InterruptedException {
    ownHandles(ThreadModel.PARALLEL, "T-5");
  }

  @Test
  @Rule(
      value = "T-2",
      buildsOn = {"N", "X", "R", "W", "T-6"})
  void serializeConnections_handlesInTurnOnManyThreads_eachIsRight()
      throws IOException, InterruptedException {
    Stage stage = start();
    applies(
        stage.chain().threadModel() == ThreadModel.SERIALIZE_CONNECTIONS,
        "the thread model is not SERIALIZE_CONNECTIONS");
    together(
        "T-2",
        thread -> {
          // Each waits in open until the one before it has left.
          try (Client client = stage.connect()) {
            Io io = stage.open(client);
            ownPart(io, thread, "T-2");
          }
        });
  }

  /** Let every thread use a handle of its own, and a part of the export that no other uses. */
  private void ownHandles(ThreadModel model, String rule) throws IOException, InterruptedException {
    Stage stage = start();
    applies(stage.chain().threadModel() == model, "the thread model is not " + model);
    if (model != ThreadModel.SERIALIZE_ALL_REQUESTS) {
      meetAtEntry(stage);
    }
    together(rule, thread -> ownPart(stage.open(), thread, rule));
  }

  private void ownPart(Io io, int thread, String rule) throws IOException {
    Range all = io.next().canWrite() ? contract.writable(io.next().size()) : head(io);
    int part = (int) Math.min(all.first(GROUND).length() / THREADS, 3000);
    applies(part > 0, "there is too little to share");
    long offset = all.offset() + (long) part * thread;
    byte[] bytes = io.pread(offset, part);
    for (int round = 0; round < 8; round++) {
      if (io.next().canWrite()) {
        bytes = pattern(round * THREADS + thread).bytes(offset, part);
        io.write(bytes, offset);
      }
      same(bytes, io.pread(offset, part), offset, rule, "a part that one thread uses");
      same(bytes, io.read(offset, part), offset, rule, "a part that one thread uses");
    }
  }

  private Watch readsOfManyThreads(Stage stage, String rule)
      throws IOException, InterruptedException {
    Io shared = stage.open();
    Io other = stage.open();
    Range head = head(shared);
    stage.watch().atEntry(Thread::onSpinWait);
    together(
        rule,
        thread -> {
          for (int i = 0; i < ROUNDS; i++) {
            (i % 2 == 0 ? shared : other).pread(head);
          }
        });
    return stage.watch();
  }

  /** Have the threads enter the layer together, as far as the layers above and below let them. */
  private void meetAtEntry(Stage stage) {
    stage
        .watch()
        .atEntry(() -> {
          try {
            if (!apart.get() && Thread.currentThread().getName().startsWith("tck-")) {
              entry.await(1, TimeUnit.SECONDS);
            }
          } catch (BrokenBarrierException | TimeoutException e) {
            apart.set(true);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  private void together(String rule, Work work) throws InterruptedException {
    List<FutureTask<Boolean>> tasks = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      int thread = i;
      tasks.add(
          begin(
              "tck-" + i,
              () -> {
                boolean done = false;
                try {
                  work.run(thread);
                  done = true;
                } finally {
                  if (!done) {
                    // Nobody need wait for it.
                    apart.set(true);
                    entry.reset();
                  }
                }
                return done;
              }));
    }
    for (FutureTask<Boolean> task : tasks) {
      result(rule, task);
    }
  }
}
