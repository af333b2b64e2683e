package nbdj.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import nbdj.api.Context;
import nbdj.api.Filter;
import nbdj.api.FilterHandle;
import nbdj.api.OpenRequest;
import nbdj.api.PassThrough;
import nbdj.api.Plugin;
import nbdj.api.ThreadModel;
import nbdj.tck.Verdict.Subject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CorrectLayersTests {
  @Test
  void correctLayers_breakNothingAndRunEveryTest() {
    Set<String> ran = new TreeSet<>();
    Set<String> skipped = new TreeSet<>();
    for (Verdict verdict : correctLayers()) {
      verdict.breaks();
      ran.addAll(verdict.succeeded());
      skipped.addAll(verdict.skipped());
    }
    skipped.removeAll(ran);
    assertEquals(Set.of(), skipped, "never ran");
    assertTrue(ran.size() > 80, "only " + ran);
  }

  @ParameterizedTest
  @EnumSource(Feature.class)
  void featureLacking_breaksNothing(Feature lacking) {
    Verdict.ofPlugin(new Subject<>(() -> reference().without(lacking))).breaks();
  }

  /** What broken layers differ from is not broken itself. */
  @ParameterizedTest
  @EnumSource(Role.class)
  void faithfulHandle_breaksNothing(Role role) {
    role.judge(Faithful::new).breaks();
  }

  @Test
  void emptyDevice_breaksNothing() {
    Verdict.ofPlugin(new Subject<>(() -> new ReferencePlugin(new ReferenceDevice(0)))).breaks();
  }

  private static List<Verdict> correctLayers() {
    ReferenceDevice kept = Verdict.device();
    return List.of(
        Verdict.ofPlugin(new Subject<>(() -> reference())),
        Verdict.ofPlugin(new Subject<>(() -> reference().without(Feature.FUA, Feature.EXTENTS))),
        Verdict.ofPlugin(
            new Subject<>(() -> reference().withModel(ThreadModel.SERIALIZE_CONNECTIONS))),
        Verdict.ofPlugin(
            new Subject<>(() -> reference().withModel(ThreadModel.SERIALIZE_ALL_REQUESTS))),
        Verdict.ofPlugin(
            new Subject<>(() -> reference().withModel(ThreadModel.SERIALIZE_REQUESTS))),
        Verdict.ofPlugin(new Subject<>(() -> new ReferencePlugin(new ReferenceDevice(4L << 30)))),
        Verdict.ofPlugin(
            new Subject<Plugin>(() -> new ConfiguredPlugin(kept))
                .withConfig(ConfiguredPlugin.CONFIG)
                .withExport("disk", "tape")
                .thatKeepsContent()),
        Verdict.ofFilter(new Subject<>(() -> passThrough())),
        Verdict.ofFilter(new Subject<>(() -> new SharingFilter())),
        Verdict.ofFilter(new Subject<>(() -> new HoldingFilter())),
        Verdict.of(Maps.Swapped.class),
        Verdict.of(Overlays.Correct.class));
  }

  private static ReferencePlugin reference() {
    return new ReferencePlugin(Verdict.device());
  }

  private static Filter passThrough() {
    return new Filter() {
      @Override
      public FilterHandle open(Context context, OpenRequest request) throws IOException {
        context.openNext(request.readOnly(), request.exportName());
        return new PassThrough();
      }
    };
  }
}
