package nbdj.tck;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.ThreadModel;
import nbdj.runtime.chain.Client;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Filters over a device that is slow, breaks down now and then or takes turns. */
abstract class HostileChapter extends FilterChapter {
  private static final int ROUNDS = 40;
  private static final int CLIENTS = 3;
  private static final long SLOWNESS_NANOS = 300_000;

  HostileChapter(FilterContract contract) {
    super(contract);
  }

  @Test
  @Rule(
      value = "C-5",
      buildsOn = {"R", "W", "E"})
  void deviceIsSlow_randomOperations_agreeWithAModel() throws IOException {
    Stage stage = start();
    Io io = stage.open();
    stage
        .device()
        .withHook(operation -> {
          if (Breakdown.DATA.contains(operation)) {
            LockSupport.parkNanos(SLOWNESS_NANOS);
          }
        });
    RandomRun run = new RandomRun(io, ground(io), settings().seed());
    run.go(ROUNDS);
    run.compare();
    wellBehaved(stage);
  }

  @ParameterizedTest
  @EnumSource(NbdError.class)
  @Rule(
      value = "X-1",
      buildsOn = {"R", "W", "E"})
  void deviceFailsAlways_randomOperations_failOrTellTheTruth(NbdError error) throws IOException {
    truthful(Breakdown.of(Breakdown.DATA, error), ROUNDS / 2);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 7})
  @Rule(
      value = "X-1",
      buildsOn = {"R", "W", "E"})
  void deviceFailsNowAndThen_randomOperations_failOrTellTheTruth(int every) throws IOException {
    truthful(Breakdown.every(every), ROUNDS * 2);
  }

  private void truthful(Breakdown breakdown, int rounds) throws IOException {
    Stage stage = started(breakdown);
    Io io = stage.open();
    RandomRun run = new RandomRun(io, ground(io), settings().seed(), breakdown::failed);
    breakdown.begin();
    run.go(rounds);
    breakdown.end();
    run.compare();
    stage.close();
    wellBehaved(stage);
    balanced(stage);
  }

  @ParameterizedTest
  @EnumSource(ThreadModel.class)
  @Rule(
      value = {"T-1", "T-2", "T-3", "T-4", "T-5"},
      buildsOn = {"N", "X-4", "R", "W", "T-6"})
  void deviceTakesTurns_manyClients_areAllServed(ThreadModel model)
      throws IOException, InterruptedException {
    String rule = ruleOf(model);
    Stage stage = over(reference().withModel(model));
    Io first = openUnlessRefused(stage, "a device that is " + model);
    Range ground = first.next().canWrite() ? ground(first) : head(first);
    boolean alone = stage.chain().threadModel() == ThreadModel.SERIALIZE_CONNECTIONS;
    List<FutureTask<Boolean>> tasks = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      Io io = alone ? first : another(stage, rule);
      long part = ground.length() / CLIENTS;
      applies(part > 0, "there is too little to share");
      Range slot = new Range(ground.offset() + part * i, part);
      tasks.add(begin("client " + i, () -> use(io, slot, rule)));
    }
    for (FutureTask<Boolean> task : tasks) {
      result(rule, task);
    }
    wellBehaved(stage);
  }

  private static String ruleOf(ThreadModel model) {
    return switch (model) {
      case SERIALIZE_CONNECTIONS -> "T-2";
      case SERIALIZE_ALL_REQUESTS -> "T-3";
      case SERIALIZE_REQUESTS -> "T-4";
      case PARALLEL -> "T-5";
    };
  }

  private static Io another(Stage stage, String rule) {
    try {
      return stage.tryOpen(stage.connect());
    } catch (IOException e) {
      throw new BrokenRule(rule, "a further client was refused: " + e.getMessage(), e);
    }
  }

  /** Write to and read from a part of the export that nobody else uses meanwhile. */
  private boolean use(Io io, Range slot, String rule) throws IOException {
    byte[] bytes = io.pread(slot);
    for (int round = 0; round < ROUNDS / 4; round++) {
      if (io.next().canWrite()) {
        bytes = pattern(round).bytes(slot.offset(), (int) slot.length());
        io.write(bytes, slot.offset());
      }
      same(bytes, io.pread(slot), slot.offset(), rule, "used by several clients at once");
    }
    return true;
  }

  @ParameterizedTest
  @EnumSource(Phase.class)
  @Rule("L-14")
  void startFailsBelow_start_failsAndIsUndone(Phase phase) throws IOException {
    // The reference device takes no parameters, so that config cannot fail in it.
    applies(phase != Phase.CONFIG, "the device takes no parameters");
    Stage stage = over(reference());
    Breakdown breakdown = Breakdown.of(Set.of(phase.callback()), NbdError.EIO);
    breakdown.begin();
    stage.device().withHook(breakdown);
    boolean failed = false;
    try {
      stage.tryStart();
    } catch (IOException expected) {
      failed = true;
    }
    BrokenRule.unless(
        failed || breakdown.failed() == 0,
        "L-14",
        "%s failed below and the start went on",
        phase.callback());
    stage.close();
    for (String callback : List.of("cleanup", "unload")) {
      for (Call call : stage.watch().of(callback)) {
        BrokenRule.unless(
            call.failure == null,
            Finding.ruleOf(callback),
            "%s after a failed start failed: %s",
            callback,
            call.failure);
      }
    }
    nothingUnchecked(stage);
    ownHandlesClosed(stage);
  }

  @ParameterizedTest
  @ValueSource(strings = {"open", "size", "canWrite", "canFlush", "pread", "read"})
  @Rule(
      value = {"X-4", "O-9"},
      buildsOn = {"N", "X-3", "C-1", "C-2"})
  void deviceFailsWhileOpening_open_isRefusedOrWorksAndWorksLater(String operation)
      throws IOException {
    Breakdown breakdown = Breakdown.of(Set.of(operation), NbdError.EIO);
    failsWhileOpening(started(breakdown), breakdown, operation);
  }

  @Test
  @Rule(
      value = {"X-4", "O-9"},
      buildsOn = {"N", "X-3", "C-1", "C-2"})
  void prepareFailsBelow_open_isRefusedAndWorksLater() throws IOException {
    Breakdown breakdown = Breakdown.of(Set.of("prepare"), NbdError.EIO);
    Stage stage = keep(filter.stage(reference(), new PreparingFilter(breakdown))).start();
    failsWhileOpening(stage, breakdown, "prepare");
  }

  private void failsWhileOpening(Stage stage, Breakdown breakdown, String operation)
      throws IOException {
    breakdown.begin();
    refusedOrServed(stage);
    int kept = stage.dealings().open().size();
    refusedOrServed(stage);
    refusedOrServed(stage);
    int keptLater = stage.dealings().open().size();
    breakdown.end();
    BrokenRule.unless(
        keptLater <= kept,
        "O-9",
        "%d handles of the layer below were kept after an open that failed in %s, %d after three",
        kept,
        operation,
        keptLater);
    try {
      Io io = stage.tryOpen(stage.connect());
      io.next().size();
    } catch (IOException e) {
      throw new BrokenRule("X-4", "an open after failed ones failed: " + e.getMessage(), e);
    }
    stage.close();
    wellBehaved(stage);
    balanced(stage);
  }

  private static void refusedOrServed(Stage stage) {
    try (Client client = stage.connect()) {
      Io io = stage.tryOpen(client);
      io.next().size();
      io.next().canWrite();
      io.next().canFlush();
    } catch (IOException refused) {
      BrokenRule.unless(refused instanceof NbdException, "X-4", "the refusal is %s", refused);
    }
  }

  @Test
  @Rule("F-5")
  void sizeFailsBelow_size_isNotMadeUp() throws IOException {
    long right = open().next().size();
    Breakdown breakdown = Breakdown.of(Set.of("size"), NbdError.EIO);
    Stage stage = over(reference());
    stage.device().withHook(breakdown);
    breakdown.begin();
    long size;
    try {
      size = stage.tryStart().tryOpen(stage.connect()).next().size();
    } catch (IOException refused) {
      refusedWell(stage, refused);
      return;
    }
    BrokenRule.unless(
        size == right, "F-5", "size is %d, which is %d where nothing fails", size, right);
  }

  @ParameterizedTest
  @EnumSource(
      value = NbdError.class,
      names = {"ENOTSUP"}, // It has a meaning of its own to the server.
      mode = EnumSource.Mode.EXCLUDE)
  @Rule("F-8")
  void deviceFailsWithAnError_client_seesTheSame(NbdError error) throws IOException {
    Breakdown breakdown = Breakdown.of(Breakdown.DATA, error);
    Stage stage = started(breakdown);
    Io io = stage.open();
    Range head = head(io);
    breakdown.begin();
    try {
      io.next().read(head.offset(), head.length(), new Answer());
    } catch (IOException failure) {
      BrokenRule.unless(
          NbdException.errorOf(failure) == error,
          "F-8",
          "%s below became %s: %s",
          error,
          NbdException.errorOf(failure),
          failure.getMessage());
    }
    breakdown.end();
  }
}
