package nbdj.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertLinesMatch;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import nbdj.api.Plugin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

class SummaryTests {
  private static final AtomicReference<Optional<Summary>> KEPT =
      new AtomicReference<>(Optional.empty());

  @Test
  void contractRun_everyRule_isInExactlyOneGroup() {
    Verdict.of(WithoutFlush.class).breaks();
    Summary summary = KEPT.get().orElseThrow();

    Set<String> all = new TreeSet<>(summary.checked());
    assertTrue(all.addAll(summary.skipped().keySet()));
    assertTrue(all.addAll(Summary.untested().keySet()));
    assertTrue(all.addAll(summary.foreign()));
    assertEquals(new TreeSet<>(Rules.all().keySet()), all);
    assertEquals(
        Rules.all().size(),
        summary.checked().size()
            + summary.skipped().size()
            + Summary.untested().size()
            + summary.foreign().size());
    assertTrue(summary.foreign().containsAll(Set.of("F-6", "O-8")), summary.foreign().toString());
    assertEquals(Set.of("C-8"), summary.warnings().keySet());
    assertEquals(Set.of(), summary.broken());
    assertEquals(Set.of("keepsContent() is false"), summary.skipped().get("W-11"));
    assertEquals(Set.of("false"), summary.capabilities().get("canFlush"));
    assertEquals(Set.of("1049088"), summary.capabilities().get("size"));
    assertEquals(
        Set.of(
            "tellsAllocation() is false: allocated zeroes may be shown as a hole",
            "tellsAllocation() could be true: allocated zeroes are not shown as a hole"),
        summary.notes());
  }

  @Test
  void findings_text_hasALineForEach() {
    Session session = new Session(Plugin.class, settings(Map.of("nbdj.tck.seed", "-7")));
    session.ran("W-10", "W-2", "C-8");
    session.broken("W-2");
    session.warned("C-8", "no flush\nat all");
    session.skipped("canTrim is false", "W-5", "W-10", "W-13");
    session.skipped("too small", "W-13");
    session.noted(List.of("tellsAllocation() is false"));

    assertLinesMatch(
        List.of(
            "nbdj.api.Plugin: 3 rules checked, 1 broken, 1 with warnings, 2 skipped, \\d+ untested,"
                + " \\d+ for other layers; to repeat it: -Dnbdj.tck.seed=-7",
            "  broken: W-2",
            "  warning: rule C-8: A layer that can write should .* no flush at all",
            "  skipped: canTrim is false: W-5 W-13",
            "  skipped: too small: W-13",
            "  note: tellsAllocation\\(\\) is false",
            "  untested: E-7 .*"),
        session.summary().text().lines().toList());
  }

  @Test
  void nothingSet_settings_areTheDefaults() {
    Settings settings = settings(Map.of());
    assertEquals(new Settings(settings.seed(), 300, 10, false, true), settings);
    Set<Long> seeds = new HashSet<>();
    for (int i = 0; i < 5; i++) {
      seeds.add(settings(Map.of()).seed());
    }
    assertTrue(seeds.size() > 1, seeds.toString());
  }

  @Test
  void allSet_settings_areTaken() {
    Map<String, String> values = new HashMap<>();
    values.put("nbdj.tck.seed", "9");
    values.put("nbdj.tck.rounds", "2");
    values.put("nbdj.tck.timeout", "3");
    values.put("nbdj.tck.strict", "true");
    values.put("nbdj.tck.summary", "false");
    assertEquals(new Settings(9, 2, 3, true, false), settings(values));
  }

  @Test
  void nonsenseSet_settings_nameItAndWhatWouldBeRight() {
    refused("nbdj.tck.seed", "x", "nbdj.tck.seed is 'x' and must be a whole number");
    refused("nbdj.tck.rounds", "0", "nbdj.tck.rounds is '0' and must be at least 1");
    refused("nbdj.tck.strict", "yes", "nbdj.tck.strict is 'yes' and must be true or false");
  }

  private static void refused(String name, String value, String message) {
    assertEquals(
        message,
        assertThrows(IllegalArgumentException.class, () -> settings(Map.of(name, value)))
            .getMessage());
  }

  private static Settings settings(Map<String, String> values) {
    return Settings.of(name -> Optional.ofNullable(values.get(name)));
  }

  /** The contract of a plugin that cannot flush, by an author who excuses it from too much. */
  @ExtendWith(Keeper.class)
  static final class WithoutFlush extends PluginContract {
    @Override
    protected Plugin plugin() {
      return new ReferencePlugin(Verdict.device()).without(Feature.FLUSH, Feature.FUA);
    }

    @Override
    protected boolean tellsAllocation() {
      return false;
    }
  }

  /** Takes the summary of a run before it is over. */
  static final class Keeper implements AfterAllCallback {
    @Override
    public void afterAll(ExtensionContext context) {
      Session.of(context).ifPresent(session -> KEPT.set(Optional.of(session.summary())));
    }
  }
}
