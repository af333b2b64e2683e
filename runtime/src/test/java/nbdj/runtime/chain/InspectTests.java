package nbdj.runtime.chain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import nbdj.api.Backend;
import nbdj.api.Next;
import nbdj.api.Parameter;
import nbdj.api.ThreadModel;
import org.junit.jupiter.api.Test;

/** Filters that look at what lies below them without being served. */
class InspectTests {
  private final Journal journal = new Journal();

  /** Opens the layer below, and says how large it is or why it cannot. */
  private class Looking extends JournalFilter {
    Looking(String name) {
      super(InspectTests.this.journal, name);
    }

    @Override
    public Map<String, String> inspect(Backend next) throws IOException {
      journal.add(name + " inspect");
      try {
        Next below = next.open(false, "", true);
        below.prepare();
        return Map.of("below", "%s of %d".formatted(next.name(), below.size()));
      } catch (IOException e) {
        return Map.of("problem", String.valueOf(e.getMessage()));
      }
    }
  }

  private class Demanding extends JournalPlugin {
    Demanding() {
      super(InspectTests.this.journal);
    }

    @Override
    public List<Parameter> parameters() {
      return List.of(Parameter.of("disk", Parameter.Type.STRING, "Which.").required());
    }

    @Override
    public void config(String key, String value) {}
  }

  private Chain chain(JournalPlugin plugin, JournalFilter... filters) throws IOException {
    ChainBuilder builder = Chain.builder().plugin("plugin", plugin).readOnly(true);
    for (JournalFilter filter : filters) {
      builder.filter(filter.name, filter);
    }
    Chain chain = builder.build();
    chain.load();
    journal.take();
    return chain;
  }

  @Test
  void filterThatOpens_layersBelow_areStartedAndEnded() throws IOException {
    Chain chain = chain(new JournalPlugin(journal), new Looking("look"));
    Map<String, Map<String, String>> found = chain.inspect();
    assertTrue(found.toString().startsWith("{look={below=plugin of "), found::toString);
    assertEquals(
        List.of(
            "look inspect",
            "plugin configComplete",
            "plugin threadModel",
            "plugin getReady",
            "plugin afterFork",
            "plugin open",
            "plugin close"),
        journal.take(),
        "what the filter left open is closed");
    assertEquals(ThreadModel.PARALLEL, chain.describeModel());
    assertEquals(List.of("look threadModel"), journal.take(), "asked once of each layer");
    chain.stop();
    assertEquals(List.of("plugin cleanup", "plugin unload", "look unload"), journal.take());
  }

  @Test
  void filterThatDoesNotOpen_layersBelow_areNotStarted() throws IOException {
    Chain chain = chain(new JournalPlugin(journal), new JournalFilter(journal, "plain"));
    assertEquals(Map.of("plain", Map.of()), chain.inspect());
    assertEquals(List.of(), journal.take());
  }

  @Test
  void twoFilters_layersBelowBoth_areStartedOnce() throws IOException {
    Chain chain = chain(new JournalPlugin(journal), new Looking("outer"), new Looking("inner"));
    Map<String, Map<String, String>> found = chain.inspect();
    assertEquals(List.of("outer", "inner"), List.copyOf(found.keySet()));
    assertTrue(found.toString().contains("below=inner of"), found::toString);
    assertTrue(found.toString().contains("below=plugin of"), found::toString);
    List<String> calls = journal.take();
    assertEquals(1, calls.stream().filter("plugin configComplete"::equals).count());
    assertEquals(1, calls.stream().filter("inner afterFork"::equals).count());
    assertFalse(calls.contains("outer afterFork"), calls::toString);
  }

  @Test
  void parameterMissingBelow_open_failsWithoutAStart() throws IOException {
    Chain chain = chain(new Demanding(), new Looking("outer"), new Looking("inner"));
    Map<String, Map<String, String>> found = chain.inspect();
    String problem = String.valueOf(found.get("inner"));
    assertTrue(problem.contains("plugin: the parameter disk is missing"), problem);
    assertEquals(List.of("outer inspect", "inner inspect"), journal.take());
  }

  @Test
  void startBelowFails_everyFilter_isToldTheSame() throws IOException {
    JournalPlugin failing =
        new JournalPlugin(journal) {
          @Override
          public void afterFork() throws IOException {
            throw new IOException("no such disk");
          }
        };
    Chain chain = chain(failing, new Looking("outer"), new Looking("inner"));
    Map<String, String> problem = Map.of("problem", "plugin: no such disk");
    assertEquals(Map.of("outer", problem, "inner", problem), chain.inspect());
    chain.stop();
    assertTrue(journal.take().contains("plugin cleanup"));
  }

  @Test
  void handleOpenedToLook_isReadOnly() throws IOException {
    boolean[] readOnly = {false};
    JournalFilter look =
        new JournalFilter(journal, "look") {
          @Override
          public Map<String, String> inspect(Backend next) throws IOException {
            readOnly[0] = next.open(false, "", true).readOnly();
            return Map.of();
          }
        };
    chain(new JournalPlugin(journal), look).inspect();
    assertTrue(readOnly[0]);
  }

  @Test
  void chainThatIsNotReadOnly_inspect_isAFault() throws IOException {
    Chain chain = Chain.builder().plugin("plugin", new JournalPlugin(journal)).build();
    chain.load();
    assertThrows(IllegalStateException.class, chain::inspect);
  }
}
