package nbdj.tck;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import nbdj.api.Flag;
import nbdj.api.Flags;
import nbdj.api.NbdError;
import nbdj.api.ThreadModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a filter passes on to the layer below. */
abstract class LayeringChapter extends FilterChapter {
  /** How many random operations leave hardly a way out. */
  private static final int FEW = 60;

  private final Pattern written = pattern(51);

  LayeringChapter(FilterContract contract) {
    super(contract);
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

  @Test
  @Rule("L-21")
  void described_inspect_answers() throws IOException {
    inspect(reference());
  }

  @ParameterizedTest
  @ValueSource(strings = {"open", "read"})
  @Rule("L-21")
  void deviceFails_inspect_answersNevertheless(String operation) throws IOException {
    Set<String> failing = operation.equals("read") ? Breakdown.READS : Set.of(operation);
    Breakdown breakdown = Breakdown.of(failing, NbdError.EIO);
    breakdown.begin();
    inspect(reference().withHook(breakdown));
  }

  private void inspect(ReferencePlugin below) throws IOException {
    Stage stage = keep(Stage.of(filter, true, below));
    stage.run(Phase.LOAD);
    stage.run(Phase.CONFIG);
    try {
      stage.chain().inspect();
    } catch (IOException e) {
      throw new BrokenRule("L-21", "inspect failed: " + e.getMessage(), e);
    }
    nothingUnchecked(stage);
    stage.close();
    balanced(stage);
  }

  @ParameterizedTest
  @EnumSource(ThreadModel.class)
  @Rule("T-1")
  void modelBelow_threadModel_isNotRelaxed(ThreadModel model) throws IOException {
    Stage stage = over(reference().withModel(model));
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
    Stage stage = over(reference().without(lacking)).start();
    Io io = stage.open();
    Range ground = ground(io);
    applies(io.next().canFua().available(), "canFua is NONE");
    Flags fua = Flags.of(Flag.FUA);
    int before = stage.below().size();
    io.write(written.bytes(ground.offset(), 16), ground.offset(), fua);
    durableBelow(stage, before, "W-6", "a write with FUA");
    if (io.next().canZero().available()) {
      before = stage.below().size();
      io.zero(ground.offset(), ground.length(), fua);
      durableBelow(stage, before, "W-6", "a zero with FUA");
    }
    if (io.next().canTrim()) {
      before = stage.below().size();
      io.trim(ground.offset(), ground.length(), fua);
      durableBelow(stage, before, "W-6", "a trim with FUA");
    }
  }

  @Test
  @Rule(
      value = "F-7",
      buildsOn = {"W", "T-6"})
  void writtenAndNotFlushed_stop_dataIsBelow() throws IOException {
    Optional<AddressMap> map = filter.addressMap(filter.deviceSize());
    if (map.isEmpty()) {
      lookForIdentity();
      applies(false, "addressMap() is unknown");
    }
    applies(filter.writesThrough(), "writesThrough() is false");
    Stage stage = start();
    Io io = stage.open();
    Range range = ground(io).first(5000);
    byte[] bytes = written.bytes(range.offset(), (int) range.length());
    io.write(bytes, range.offset());
    applies(Arrays.equals(bytes, io.pread(range)), "what was written is not even there before");

    stage.close();

    Optional<byte[]> below = new Mapped(map.get()).content(stage.device().device(), range);
    applies(below.isPresent(), "the filter makes up what is there");
    same(below.get(), bytes, range.offset(), "F-7", "in the device below, after the end");
  }

  /** Tell the author of a filter that leaves all bytes alone without saying so. */
  private void lookForIdentity() throws IOException {
    Io io = open();
    long size = filter.deviceSize();
    if (io.next().size() == size && size <= Integer.MAX_VALUE) {
      byte[] device = filter.newDevice().bytes(0, (int) size);
      if (Arrays.equals(device, io.pread(0, (int) size))) {
        needless("preservesContent() could be true: the export is the device below");
      }
    }
  }

  @Test
  @Rule("F-6")
  void keepsChangesElsewhere_written_deviceIsAsBefore() throws IOException {
    applies(!filter.writesThrough(), "writesThrough() is true");
    Stage stage = start();
    Io io = stage.open();
    new RandomRun(io, ground(io), settings().seed()).go(FEW);
    stage.close();
    int size = (int) filter.deviceSize();
    byte[] before = filter.newDevice().bytes(0, size);
    same(before, stage.device().device().bytes(0, size), 0, "F-6", "in the device below");
  }

  /** Check that each write below is forced or followed by a flush. */
  private static void durableBelow(Stage stage, int from, String rule, String after) {
    List<Call> calls =
        stage
            .below()
            .since(from, call -> Breakdown.WRITES.contains(call.name) || call.name.equals("flush"));
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
