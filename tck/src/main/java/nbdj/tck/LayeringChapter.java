package nbdj.tck;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import nbdj.api.Flag;
import nbdj.api.Flags;
import nbdj.api.ThreadModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a filter passes on to the layer below. */
abstract class LayeringChapter extends Chapter {
  private static final Set<String> WRITES = Set.of("pwrite", "zero", "trim");

  private final FilterContract filter;
  private final Pattern written = new Pattern(51);

  LayeringChapter(FilterContract contract) {
    super(contract);
    this.filter = contract;
  }

  @Test
  @Rule("L-3")
  void served_configCompleteBelow_isReached() throws IOException {
    onceBelow(start(), "configComplete", "L-3");
  }

  @Test
  @Rule("L-7")
  void clientConnects_preconnectBelow_isReached() throws IOException {
    Stage stage = start();
    stage.connect();
    onceBelow(stage, "preconnect", "L-7");
  }

  @ParameterizedTest
  @EnumSource(ThreadModel.class)
  @Rule("T-1")
  void modelBelow_threadModel_isNotRelaxed(ThreadModel model) throws IOException {
    Stage stage = keep(filter.stage(new ReferencePlugin(filter.newDevice()).withModel(model)));
    for (Phase phase : Phase.values()) {
      if (phase.compareTo(Phase.THREAD_MODEL) <= 0) {
        stage.run(phase);
      }
    }
    ThreadModel declared = stage.watch().model();
    BrokenRule.unless(
        declared != null && declared.compareTo(model) <= 0, "T-1", "%s became %s", model, declared);
  }

  @Test
  @Rule("W-11")
  void written_flush_reachesTheDeviceBelow() throws IOException {
    Stage stage = start();
    Io io = stage.open();
    Range ground = ground(io);
    applies(io.next().canFlush(), "canFlush is false");
    io.write(written.bytes(ground.offset(), 16), ground.offset());
    io.flush();
    durableBelow(stage, 0, "W-11", "a flush");
  }

  @ParameterizedTest
  @EnumSource(
      value = Feature.class,
      names = {"CACHE", "FUA"})
  @Rule("W-6")
  void writtenWithFua_dataBelow_isDurableWhenItReturns(Feature lacking) throws IOException {
    Stage stage =
        keep(filter.stage(new ReferencePlugin(filter.newDevice()).without(lacking))).start();
    Io io = stage.open();
    Range ground = ground(io);
    applies(io.next().canFua().available(), "canFua is NONE");
    int before = stage.below().size();
    io.write(written.bytes(ground.offset(), 16), ground.offset(), Flags.of(Flag.FUA));
    durableBelow(stage, before, "W-6", "a write with FUA");
  }

  /** Check that each write below is forced or followed by a flush. */
  private static void durableBelow(Stage stage, int from, String rule, String after) {
    List<Call> calls =
        stage.below().since(from, call -> WRITES.contains(call.name) || call.name.equals("flush"));
    for (Call call : calls.reversed()) {
      if (call.name.equals("flush")) {
        return;
      }
      BrokenRule.unless(
          call.flags.has(Flag.FUA), rule, "%s below is volatile after %s", call, after);
    }
  }

  private static void onceBelow(Stage stage, String name, String rule) {
    int calls = stage.below().of(name).size();
    BrokenRule.unless(calls == 1, rule, "%s reached the layer below %d times", name, calls);
  }
}
