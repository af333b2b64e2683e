package nbdj.tck;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Plugins and filters that start threads at the wrong time or never end them. */
class BrokenLayerThreadsTests {
  @ParameterizedTest
  @EnumSource(Role.class)
  void threadStartedInGetReady_breaksL6(Role role) {
    role.judgeManner(() -> new Threads("getReady", "cleanup"))
        .breaks("L-6")
        .saying("worker", "were started before afterFork");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void threadOutlivesTheServer_breaksL12(Role role) {
    Threads threads = new Threads("afterFork", "never");
    try {
      role.judgeHanging(() -> threads, endless("worker"))
          .breaks("L-12")
          .saying("thread 'worker' outlives the server");
    } finally {
      threads.end.countDown();
    }
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void threadOfEachClientOutlivesTheServer_breaksL12(Role role) {
    Threads threads = new Threads("open", "never");
    try {
      role.judgeHanging(() -> threads, endless("worker"))
          .breaks("L-12")
          .saying("thread 'worker' outlives the server");
    } finally {
      threads.end.countDown();
    }
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void executorNotShutDown_breaksL12(Role role) {
    List<ExecutorService> pools = new CopyOnWriteArrayList<>();
    try {
      role.judgeHanging(
              () ->
                  new Manner() {
                    private final ExecutorService pool =
                        Executors.newFixedThreadPool(
                            1, Thread.ofPlatform().daemon().name("pool of the disk").factory());

                    @Override
                    void begin(String callback) throws IOException {
                      if (callback.equals("close")) {
                        pools.add(pool);
                        pool.execute(() -> {});
                      }
                    }
                  },
              endless("pool of the disk"))
          .breaks("L-12")
          .saying("thread 'pool of the disk' outlives the server");
    } finally {
      pools.forEach(ExecutorService::shutdownNow);
    }
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void threadsOfTheRightTime_breakNothing(Role role) {
    role.judgeManner(() -> new Threads("afterFork", "cleanup")).breaks();
  }

  /** Make whoever knows that threads of a name will not end. */
  private static Impatience endless(String name) {
    return new Impatience(thread -> thread.getName().equals(name));
  }

  /** A layer with a thread. */
  private static final class Threads extends Manner {
    private final String start;
    private final String stop;
    private final CountDownLatch end = new CountDownLatch(1);

    Threads(String start, String stop) {
      this.start = start;
      this.stop = stop;
    }

    @Override
    void begin(String callback) {
      if (callback.equals(start)) {
        Thread.ofPlatform().daemon().name("worker").start(this::work);
      }
      if (callback.equals(stop)) {
        end.countDown();
      }
    }

    private void work() {
      try {
        end.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
