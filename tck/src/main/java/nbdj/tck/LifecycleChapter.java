package nbdj.tck;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import nbdj.api.Parameter;
import nbdj.runtime.chain.Client;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The life of a layer, from load to unload. */
abstract class LifecycleChapter extends Chapter {
  LifecycleChapter(LayerContract contract) {
    super(contract);
  }

  @Test
  @Rule("L-1")
  void wholeLife_load_isFirst() throws IOException {
    Watch watch = wholeLife();
    once(watch, "load", "L-1");
    BrokenRule.unless(watch.indexOf("load") == 0, "L-1", "load is not the first callback");
  }

  @Test
  @Rule("L-2")
  void wholeLife_config_takesItsParametersInTheirOrder() throws IOException {
    List<Argument> expected = new ArrayList<>();
    for (Argument word : contract.words()) {
      // What nobody declares yet may be declared once a parameter before it was taken.
      String key =
          contract.parameters().stream()
              .filter(word::gives)
              .map(Parameter::name)
              .findFirst()
              .orElse(word.key());
      expected.add(new Argument(key, word.value()));
    }

    List<@Nullable Object> taken = new ArrayList<>();
    wholeLife().of("config").forEach(call -> taken.add(call.answer));

    BrokenRule.unless(
        taken.equals(expected),
        "L-2",
        "config took %d values of %d, or in another order",
        taken.size(),
        expected.size());
  }

  @Test
  @Rule("L-3")
  void wholeLife_configComplete_followsConfig() throws IOException {
    once(wholeLife(), "configComplete", "L-3");
  }

  @Test
  @Rule("L-4")
  void wholeLife_threadModel_followsConfigComplete() throws IOException {
    Watch watch = wholeLife();
    once(watch, "threadModel", "L-4");
    inOrder(watch, "configComplete", "threadModel", "L-4");
  }

  @Test
  @Rule("L-5")
  void wholeLife_getReady_followsThreadModel() throws IOException {
    Watch watch = wholeLife();
    once(watch, "getReady", "L-5");
    inOrder(watch, "threadModel", "getReady", "L-5");
  }

  @Test
  @Rule("L-6")
  void wholeLife_afterFork_followsGetReady() throws IOException {
    Watch watch = wholeLife();
    once(watch, "afterFork", "L-6");
    inOrder(watch, "getReady", "afterFork", "L-6");
  }

  @Test
  @Rule("L-6")
  void beforeAfterFork_threads_areNotStarted() throws IOException {
    Set<Thread> before = threads();
    Stage stage = keep(contract.stage(false));
    for (Phase phase : Phase.values()) {
      if (phase != Phase.AFTER_FORK) {
        stage.run(phase);
      }
    }
    Set<Thread> started = threads();
    started.removeAll(before);
    BrokenRule.unless(started.isEmpty(), "L-6", "%s were started before afterFork", started);
  }

  @Test
  @Rule("L-7")
  void clientConnects_preconnect_acceptsIt() throws IOException {
    Stage stage = start();
    stage.connect();
    stage.connect();
    List<Call> calls = stage.watch().of("preconnect");
    BrokenRule.unless(calls.size() == 2, "L-7", "preconnect ran %d times", calls.size());
  }

  @Test
  @Rule("L-10")
  void handlePrepared_clientLeaves_isFinalizedOnce() throws IOException {
    Watch watch = wholeLife();
    for (Call prepare : watch.of("prepare")) {
      List<Call> finals =
          watch.since(0, call -> call.name.equals("finalize") && call.handle == prepare.handle);
      BrokenRule.unless(
          finals.size() == (prepare.failure == null ? 1 : 0),
          "L-10",
          "a handle was finalized %d times",
          finals.size());
      finals.forEach(call -> succeeded(call, "L-10"));
    }
  }

  @Test
  @Rule("L-11")
  void handleOpened_clientLeaves_isClosedOnce() throws IOException {
    closedOnce(wholeLife());
  }

  @Test
  @Rule(
      value = "L-11",
      buildsOn = {"N", "X", "C-1", "C-2"})
  void handleClosed_openAgain_works() throws IOException {
    Stage stage = start();
    for (int i = 0; i < 3; i++) {
      try (Client client = stage.connect()) {
        Io io = i == 0 ? stage.open(client) : stage.tryOpen(client);
        if (io.next().size() > 0) {
          io.pread(0, 1);
        }
        client.release(io.next());
      } catch (IOException e) {
        throw new BrokenRule(
            "L-11", "open number %d failed: %s".formatted(i + 1, e.getMessage()), e);
      }
    }
  }

  @Test
  @Rule("L-12")
  void wholeLife_cleanup_followsAllHandles() throws IOException {
    Watch watch = wholeLife();
    once(watch, "cleanup", "L-12");
    inOrder(watch, "close", "cleanup", "L-12");
  }

  @Test
  @Rule("L-12")
  void clientConnected_stop_closesItsHandleBeforeCleanup() throws IOException {
    Stage stage = start();
    stage.open();
    stage.chain().stop();
    closedOnce(stage.watch());
    once(stage.watch(), "cleanup", "L-12");
    inOrder(stage.watch(), "close", "cleanup", "L-12");
  }

  @Test
  @Rule("L-12")
  void stopped_threads_haveEnded() throws Exception {
    Set<Thread> before = threads();
    wholeLife();
    Set<Thread> left = threads();
    left.removeAll(before);
    for (Thread thread : left) {
      BrokenRule.unless(
          contract.patience().join(thread),
          "L-12",
          "thread '%s' outlives the server",
          thread.getName());
    }
  }

  @Test
  @Rule("L-13")
  void wholeLife_unload_isLast() throws IOException {
    Watch watch = wholeLife();
    once(watch, "unload", "L-13");
    BrokenRule.unless(
        watch.indexOf("unload") == watch.size() - 1, "L-13", "unload is not the last callback");
  }

  @Test
  @Rule("L-14")
  void startAborted_stop_cleansUpAndUnloads() throws IOException {
    for (Phase last : Phase.values()) {
      Stage stage = keep(contract.stage(false));
      for (Phase phase : Phase.values()) {
        if (phase.compareTo(last) <= 0) {
          stage.run(phase);
        }
      }
      stage.close();
      stage.watch().of("cleanup").forEach(call -> succeeded(call, "L-12"));
      once(stage.watch(), "unload", "L-13");
    }
  }

  private Watch wholeLife() throws IOException {
    Stage stage = start();
    try (Client client = stage.connect()) {
      Io io = stage.open(client);
      if (io.next().size() > 0) {
        io.pread(0, 1);
      }
    }
    stage.close();
    return stage.watch();
  }

  private static void closedOnce(Watch watch) {
    long opened = watch.of("open").stream().filter(call -> call.failure == null).count();
    List<Call> closes = watch.of("close");
    BrokenRule.unless(
        closes.size() == opened, "L-11", "%d handles were closed %d times", opened, closes.size());
    closes.forEach(call -> succeeded(call, "L-11"));
  }

  private static void once(Watch watch, String name, String rule) {
    List<Call> calls = watch.of(name);
    BrokenRule.unless(calls.size() == 1, rule, "%s was called %d times", name, calls.size());
    succeeded(calls.getFirst(), rule);
  }

  private static void succeeded(Call call, String rule) {
    BrokenRule.unless(call.failure == null, rule, "%s failed: %s", call.name, call.failure);
  }

  private static void inOrder(Watch watch, String first, String second, String rule) {
    BrokenRule.unless(
        watch.indexOf(first) < watch.indexOf(second), rule, "%s came before %s", second, first);
  }

  /** Get the threads there are, but for those of the JDK itself. */
  private static Set<Thread> threads() {
    Set<Thread> threads = new HashSet<>(Thread.getAllStackTraces().keySet());
    threads.removeIf(thread -> {
      ThreadGroup group = thread.getThreadGroup();
      return group == null
          || group.getParent() == null
          || group.getName().equals("InnocuousThreadGroup");
    });
    return threads;
  }
}
