package nbdj.runtime.chain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import nbdj.api.Next;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The order of every callback through three filters and a plugin, on every ending. */
class LifecycleOrderTests {
  private static final List<String> INNERMOST_FIRST = List.of("plugin", "c", "b", "a");
  static final List<String> OUTERMOST_FIRST = INNERMOST_FIRST.reversed();

  private static final List<String> START =
      concat(
          each(INNERMOST_FIRST, "load"),
          each(OUTERMOST_FIRST, "configComplete"),
          each(INNERMOST_FIRST, "threadModel"),
          each(INNERMOST_FIRST, "getReady"),
          each(INNERMOST_FIRST, "afterFork"));
  static final List<String> STOP =
      concat(each(OUTERMOST_FIRST, "cleanup"), each(INNERMOST_FIRST, "unload"));
  static final List<String> OPEN =
      List.of(
          "a open",
          "b open",
          "c open",
          "plugin open",
          "c opened",
          "b opened",
          "a opened",
          "c prepare",
          "b prepare",
          "a prepare");
  static final List<String> END =
      List.of(
          "a finalize",
          "b finalize",
          "c finalize",
          "a close",
          "b close",
          "c close",
          "plugin close");

  private final Journal journal = new Journal();
  private final Chain chain =
      Chains.builder(
              new JournalPlugin(journal),
              new JournalFilter(journal, "a"),
              new JournalFilter(journal, "b"),
              new JournalFilter(journal, "c"))
          .build();

  @Test
  void start_andStop_callEveryLayerInOrder() throws IOException {
    Chains.start(chain);
    assertEquals(START, journal.take());
    chain.stop();
    assertEquals(STOP, journal.take());
    chain.stop();
    assertEquals(List.of(), journal.take());
  }

  @Test
  void connection_thatReleasesItsExport_endsOutermostFirst() throws IOException {
    Chains.start(chain);
    journal.take();
    Client client = chain.connect(false);
    assertEquals(each(OUTERMOST_FIRST, "preconnect"), journal.take());
    Next export = client.open("one");
    assertEquals(OPEN, journal.take());
    client.release(export);
    assertEquals(END, journal.take());
    client.release(export);
    client.close();
    assertEquals(List.of(), journal.take());
  }

  @Test
  void connection_thatIsClosed_endsWhatIsOpen() throws IOException {
    Chains.start(chain);
    try (Client client = chain.connect(false)) {
      client.open("one");
      journal.take();
    }
    assertEquals(END, journal.take());
  }

  @Test
  void stop_withAClientAttached_endsItFirst() throws IOException {
    Chains.start(chain);
    chain.connect(false).open("one");
    journal.take();
    chain.stop();
    assertEquals(concat(END, STOP), journal.take());
  }

  static final List<String> STARTING = START;

  @ParameterizedTest
  @FieldSource("STARTING")
  void start_thatFails_namesTheLayerAndRollsBack(String event) {
    journal.fail(event);
    IOException failure = assertThrows(IOException.class, () -> Chains.start(chain));
    assertEquals(layer(event) + ": no " + event, failure.getMessage());
    List<String> before = START.subList(0, START.indexOf(event) + 1);
    assertEquals(before, journal.take());
    chain.stop();
    List<String> due = new ArrayList<>();
    for (String layer : OUTERMOST_FIRST) {
      if (before.contains(layer + " afterFork")) {
        due.add(layer + " cleanup");
      }
    }
    for (String layer : INNERMOST_FIRST) {
      // A load that failed is not undone.
      if (before.contains(layer + " load") && !event.equals(layer + " load")) {
        due.add(layer + " unload");
      }
    }
    assertEquals(due, journal.take());
  }

  @ParameterizedTest
  @FieldSource("STARTING")
  void start_thatThrowsAnError_isAFailureWithTheLayersName(String event) {
    journal.fail(event, new NoClassDefFoundError("some/Missing"));
    IOException failure = assertThrows(IOException.class, () -> Chains.start(chain));
    String message = String.valueOf(failure.getMessage());
    assertTrue(message.startsWith(layer(event) + ": "), message);
    assertTrue(message.contains("some/Missing"), message);
    assertThrows(IllegalStateException.class, chain::afterFork, "only stop may follow");
    chain.stop();
  }

  @ParameterizedTest
  @FieldSource("STOP")
  void stop_whereACallbackFails_givesEveryOtherItsCall(String event) throws IOException {
    Chains.start(chain);
    journal.take();
    journal.fail(event, new IllegalStateException("broken"));
    chain.stop();
    assertEquals(STOP, journal.take());
  }

  @ParameterizedTest
  @ValueSource(strings = {"a preconnect", "b preconnect", "c preconnect", "plugin preconnect"})
  void preconnect_thatFails_dropsTheClientOnly(String event) throws IOException {
    Chains.start(chain);
    journal.take();
    journal.fail(event);
    assertThrows(IOException.class, () -> chain.connect(false));
    List<String> all = each(OUTERMOST_FIRST, "preconnect");
    assertEquals(all.subList(0, all.indexOf(event) + 1), journal.take());
    journal.heal();
    chain.connect(false).close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a open", "b open", "c open", "plugin open", "c opened", "b opened", "a opened"})
  void open_thatFails_closesWhatWasOpenedAndFinalizesNothing(String event) throws IOException {
    Chains.start(chain);
    Client client = chain.connect(false);
    journal.take();
    journal.fail(event);
    IOException failure = assertThrows(IOException.class, () -> client.open("one"));
    assertEquals("no " + event, failure.getMessage());
    List<String> before = OPEN.subList(0, OPEN.indexOf(event) + 1);
    List<String> expected = new ArrayList<>(before);
    // An open succeeded if the event after its own came to pass.
    for (String layer : List.of("b", "c")) {
      if (before.contains(layer + " opened") && !event.equals(layer + " opened")) {
        expected.add(layer + " close");
      }
    }
    if (before.contains("plugin open") && !event.equals("plugin open")) {
      expected.add("plugin close");
    }
    assertEquals(expected, journal.take());
    journal.heal();
    client.release(client.open("one"));
    assertEquals(concat(OPEN, END), journal.take());
  }

  @ParameterizedTest
  @ValueSource(strings = {"a prepare", "b prepare", "c prepare"})
  void prepare_thatFails_finalizesWhatWasPreparedAndClosesAll(String event) throws IOException {
    Chains.start(chain);
    Client client = chain.connect(false);
    journal.take();
    journal.fail(event, new StackOverflowError());
    assertThrows(IOException.class, () -> client.open("one"));
    List<String> before = OPEN.subList(0, OPEN.indexOf(event) + 1);
    List<String> expected = new ArrayList<>(before);
    for (String layer : List.of("a", "b", "c")) {
      if (before.contains(layer + " prepare") && !event.equals(layer + " prepare")) {
        expected.add(layer + " finalize");
      }
    }
    expected.addAll(List.of("a close", "b close", "c close", "plugin close"));
    assertEquals(expected, journal.take());
  }

  @ParameterizedTest
  @FieldSource("END")
  void ending_whereACallbackFails_givesEveryOtherItsCall(String event) throws IOException {
    Chains.start(chain);
    Client client = chain.connect(false);
    Next export = client.open("one");
    journal.take();
    journal.fail(event, new AssertionError("broken"));
    client.release(export);
    assertEquals(END, journal.take());
  }

  @Test
  void ending_whereEveryCallbackFails_givesEachItsCall() throws IOException {
    Chains.start(chain);
    Client client = chain.connect(false);
    client.open("one");
    journal.take();
    IOException sameForAll = new IOException("the disk is gone");
    END.forEach(event -> journal.fail(event, sameForAll));
    client.close();
    assertEquals(END, journal.take());
  }

  @Test
  void calls_outOfOrder_areRefused() throws IOException {
    assertThrows(IllegalStateException.class, chain::getReady);
    Chain other = Chain.builder().plugin("plugin", new JournalPlugin(journal)).build();
    assertThrows(IOException.class, () -> other.connect(false));
    assertFalse(journal.events().contains("plugin preconnect"));
  }

  @Test
  void connect_afterStop_isRefused() throws IOException {
    Chains.start(chain);
    Client client = chain.connect(false);
    chain.beginStop();
    journal.take();
    assertThrows(IOException.class, () -> chain.connect(false));
    assertThrows(IOException.class, () -> client.open("one"));
    assertEquals(List.of(), journal.take());
    chain.stop();
  }

  private static String layer(String event) {
    return event.substring(0, event.indexOf(' '));
  }

  static List<String> each(List<String> layers, String callback) {
    return layers.stream().map(layer -> layer + " " + callback).toList();
  }

  @SafeVarargs
  @SuppressWarnings("varargs")
  static List<String> concat(List<String>... parts) {
    return Stream.of(parts).flatMap(List::stream).toList();
  }
}
