package nbdj.runtime.chain;

import static nbdj.runtime.chain.LifecycleOrderTests.END;
import static nbdj.runtime.chain.LifecycleOrderTests.OPEN;
import static nbdj.runtime.chain.LifecycleOrderTests.OUTERMOST_FIRST;
import static nbdj.runtime.chain.LifecycleOrderTests.STOP;
import static nbdj.runtime.chain.LifecycleOrderTests.concat;
import static nbdj.runtime.chain.LifecycleOrderTests.each;
import static nbdj.runtime.testing.RawClient.infoPayload;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;
import nbdj.runtime.server.NbdServer;
import nbdj.runtime.testing.RawClient;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What three filters and a plugin see of a client, however it ends. */
class ServedLifecycleTests {
  private static final int ABORT = 2;
  private static final int LIST = 3;
  private static final int INFO = 6;
  private static final int WRITE = 1;
  private static final int DISCONNECT = 2;

  private static final List<String> PRECONNECT = each(OUTERMOST_FIRST, "preconnect");
  private static final List<String> WHOLE_CONNECTION = concat(PRECONNECT, OPEN, END);

  /** What a client does after its greeting. */
  @FunctionalInterface
  interface Ending {
    void run(RawClient client) throws IOException;
  }

  static Stream<Named<Ending>> endings() {
    return Stream.of(
        ending("asks and hangs up", client -> info(client)),
        ending(
            "asks and aborts",
            client -> {
              info(client);
              client.option(ABORT);
            }),
        ending(
            "asks, then opens the same and hangs up",
            client -> {
              info(client);
              client.go("one");
            }),
        ending("opens and hangs up", client -> client.go("one")),
        ending(
            "opens and disconnects",
            client -> {
              client.go("one");
              client.request(DISCONNECT, 0, 1, 0, 0);
            }),
        ending(
            "hangs up inside a request",
            client -> {
              client.go("one");
              client.send(ByteBuffer.allocate(2).put(new byte[] {0x25, 0x60}));
            }),
        ending(
            "hangs up inside the payload of a write",
            client -> {
              client.go("one");
              client.request(WRITE, 0, 1, 0, 4096);
              client.send(ByteBuffer.allocate(100).put(new byte[100]));
            }),
        ending(
            "sends what is no request",
            client -> {
              client.go("one");
              client.send(ByteBuffer.allocate(28).put(new byte[28]));
              client.isClosed();
            }));
  }

  private static Named<Ending> ending(String name, Ending ending) {
    return Named.of(name, ending);
  }

  private static void info(RawClient client) throws IOException {
    client.option(INFO, infoPayload("one"));
    client.replies();
  }

  private final Journal journal = new Journal();

  private NbdServer start() throws IOException {
    NbdServer server =
        NbdServer.builder()
            .plugin("plugin", new JournalPlugin(journal))
            .filter("a", new JournalFilter(journal, "a"))
            .filter("b", new JournalFilter(journal, "b"))
            .filter("c", new JournalFilter(journal, "c"))
            .privateSocket()
            .start();
    journal.take();
    return server;
  }

  @ParameterizedTest
  @MethodSource("endings")
  void client_thatEnds_isOpenedOnceAndEndedOnceOutermostFirst(Ending ending) throws IOException {
    try (NbdServer server = start()) {
      try (RawClient client = new RawClient(server.address()).greet()) {
        ending.run(client);
      }
      // The stop waits for every connection.
    }
    assertEquals(concat(WHOLE_CONNECTION, STOP), lifecycle());
  }

  @Test
  void client_thatIsThereWhenTheServerStops_isEndedFirst() throws IOException {
    NbdServer server = start();
    try (RawClient client = new RawClient(server.address()).greet().go("one")) {
      server.stop();
      client.isClosed();
    }
    assertEquals(concat(WHOLE_CONNECTION, STOP), lifecycle());
  }

  @Test
  void client_thatOnlyLists_opensNothing() throws IOException {
    try (NbdServer server = start()) {
      try (RawClient client = new RawClient(server.address()).greet()) {
        client.option(LIST);
        client.replies();
      }
    }
    assertEquals(concat(PRECONNECT, STOP), lifecycle());
  }

  @Test
  void client_whoseOpenFails_mayOpenAnother() throws IOException {
    journal.fail("b prepare");
    try (NbdServer server = start()) {
      try (RawClient client = new RawClient(server.address()).greet()) {
        info(client);
        journal.heal();
        client.go("one");
      }
    }
    List<String> failed = OPEN.subList(0, OPEN.size() - 1);
    List<String> undone = List.of("c finalize", "a close", "b close", "c close", "plugin close");
    assertEquals(concat(PRECONNECT, failed, undone, OPEN, END, STOP), lifecycle());
  }

  /** The journal without questions and data. */
  private List<String> lifecycle() {
    return journal.take().stream()
        .filter(event -> Stream.of(WHOLE_CONNECTION, STOP).anyMatch(known -> known.contains(event)))
        .toList();
  }
}
