package nbdj.runtime.chain;

import static nbdj.runtime.chain.Calls.error;
import static nbdj.runtime.chain.Calls.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.Next;
import nbdj.api.ThreadModel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One open handle at a time: rule T-2. */
class SerializeConnectionsTests {
  private final Journal journal = new Journal();
  private final JournalPlugin plugin = new JournalPlugin(journal);
  private Chain chain = Chains.builder(plugin).build();

  @BeforeEach
  void serialize() {
    plugin.model = ThreadModel.SERIALIZE_CONNECTIONS;
  }

  @AfterEach
  void stop() {
    chain.stop();
  }

  @Test
  void secondConnection_waitsUntilTheFirstEnds() throws Exception {
    chain = Chains.serving(plugin, new JournalFilter(new Journal(), "a"));
    Client first = chain.connect(false);
    first.open("x").pread(ByteBuffer.allocate(1), 0);
    Opener second = new Opener("y");
    second.awaitWaiting();
    Opener third = new Opener("z");
    third.awaitWaiting();
    assertEquals(1, journal.count("plugin open"));
    first.close();
    assertEquals(1 << 16, second.result().size());
    second.client.close();
    third.result();
    assertEquals(3, journal.count("plugin open"));
    assertEquals(2, journal.count("plugin close"));
  }

  @Test
  void listing_whileAConnectionIsOpen_doesNotWait() throws IOException {
    chain = Chains.serving(plugin);
    chain.connect(false).open("x");
    assertEquals(2, chain.connect(false).listExports().size());
  }

  @Test
  void waiter_whenTheServerStops_failsWithShutdown() throws Exception {
    chain = Chains.serving(plugin);
    Client first = chain.connect(false);
    Next export = first.open("x");
    Opener second = new Opener("y");
    second.awaitWaiting();
    chain.beginStop();
    ExecutionException failure = assertThrows(ExecutionException.class, second::result);
    assertEquals(
        NbdError.ESHUTDOWN, ((NbdException) Objects.requireNonNull(failure.getCause())).error());
    export.pread(ByteBuffer.allocate(1), 0);
    assertEquals(1, journal.count("plugin open"));
  }

  @Test
  void openThatFails_leavesThePlaceToTheNext() throws Exception {
    chain = Chains.serving(plugin, new JournalFilter(journal, "a"));
    Client client = chain.connect(false);
    for (String event : new String[] {"plugin open", "a opened", "a prepare", "a open"}) {
      journal.fail(event);
      assertThrows(IOException.class, () -> client.open("x"));
      journal.heal();
    }
    client.open("x").size();
  }

  @Test
  void handleHeldByAFilter_refusesOthersAtOnce() throws IOException {
    ProbeFilter probe = new ProbeFilter();
    chain = Chains.serving(plugin, probe);
    Next own = probe.backend().open(false, "x", true);
    Client client = chain.connect(false);
    String message = message(() -> client.open("y"));
    assertTrue(message.contains("the filter probe holds it (rule T-2)"), message);
    own.close();
    client.open("y").size();
    message = message(() -> probe.backend().open(false, "x", true));
    assertTrue(message.contains("another connection holds it"), message);
  }

  @Test
  void secondOpenOfOneConnection_isRefusedAtOnce() throws IOException {
    ProbeFilter probe = new ProbeFilter();
    chain = Chains.serving(plugin, probe);
    Client client = chain.connect(false);
    client.open("x");
    assertEquals(NbdError.EIO, error(() -> client.open("y")));
    probe.context().setNext(null);
    String message = message(() -> probe.context().openNext(false, "y"));
    assertTrue(message.contains("the same connection holds it"), message);
  }

  /** Opens an export on a thread of its own. */
  private final class Opener {
    final Client client;
    private final FutureTask<Next> task;
    private final Thread thread;

    Opener(String name) throws IOException {
      client = chain.connect(false);
      task = new FutureTask<>(() -> client.open(name));
      thread = Thread.ofPlatform().start(task);
    }

    void awaitWaiting() {
      Workers.awaitParked(thread);
    }

    Next result() throws Exception {
      return task.get(Workers.SECONDS, TimeUnit.SECONDS);
    }
  }
}
