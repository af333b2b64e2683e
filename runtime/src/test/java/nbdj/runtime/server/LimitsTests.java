package nbdj.runtime.server;

import static nbdj.runtime.testing.RawClient.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import nbdj.runtime.testing.RawClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What clients are allowed, and that others do not suffer from those who want more. */
@Timeout(120)
class LimitsTests {
  private static final int MIB = 1 << 20;

  private final RamPlugin plugin = new RamPlugin(128 * MIB);

  private NbdServerBuilder builder() {
    return NbdServer.builder()
        .plugin("ram", plugin)
        .privateSocket()
        .stopTimeout(Duration.ofMillis(500));
  }

  private static void assertServes(RawClient client, int count) throws IOException {
    client.request(READ, 0, 7, 0, count);
    assertEquals(SIMPLE, client.receive(16 + count).getInt());
  }

  @Test
  void silentClient_afterTheIdleTimeout_isEnded() throws Exception {
    try (NbdServer server = builder().idleTimeout(Duration.ofMillis(200)).start();
        RawClient silent = new RawClient(server.address()).greet().go("");
        RawClient halfway = new RawClient(server.address()).greet().go("")) {
      assertServes(silent, 10);
      halfway.send(ByteBuffer.allocate(3).put(new byte[3]));
      assertTrue(silent.isClosed());
      assertTrue(halfway.isClosed());
    }
    assertEquals(2, plugin.closes.get());
  }

  /** Attack: more idle clients than there is room for. Those who were there first go on. */
  @Test
  void idleClients_farOverTheLimit_areTurnedAwayAndHarmNobody() throws Exception {
    List<RawClient> idle = new ArrayList<>();
    try (NbdServer server = builder().maxConnections(50).start();
        RawClient first = new RawClient(server.address()).greet().go("")) {
      for (int i = 0; i < 49; i++) {
        // The greeting says that it has its place.
        idle.add(new RawClient(server.address()).greet());
      }
      for (int i = 0; i < 1000; i++) {
        try (RawClient late = new RawClient(server.address())) {
          assertTrue(late.isClosed());
        }
      }
      assertServes(first, 4096);
      for (RawClient client : idle) {
        client.close();
      }
      RawClient next = awaitPlace(server);
      assertServes(next.go(""), 4096);
      next.close();
      assertServes(first, 4096);
    } finally {
      for (RawClient client : idle) {
        client.close();
      }
    }
  }

  /** Connect until the server has noticed that others have left. */
  private static RawClient awaitPlace(NbdServer server) throws IOException {
    while (true) {
      RawClient client = new RawClient(server.address());
      try {
        return client.greet();
      } catch (EOFException | SocketException notYet) {
        client.close();
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void options_moreThanAllowed_close() throws Exception {
    try (NbdServer server = builder().maxOptions(3).start();
        RawClient client = new RawClient(server.address()).greet()) {
      for (int i = 0; i < 3; i++) {
        client.option(1000);
        assertEquals(UNSUP, client.reply().type());
      }
      client.option(1000);
      assertTrue(client.isClosed());
    }
  }

  /** Memory for one longest request: whoever holds it up is cut, and the next is served. */
  @Test
  void memory_heldByAClientThatTakesNothing_isFreed() throws Exception {
    try (NbdServer server = tight();
        RawClient deaf = new RawClient(server.address()).greet().go("");
        RawClient other = new RawClient(server.address()).greet().go("")) {
      deaf.socket().setOption(StandardSocketOptions.SO_RCVBUF, 4096);
      deaf.write(0, 1, 0, new byte[MIB]);
      deaf.chunk();
      deaf.request(READ, 0, 1, 0, 64 * MIB);
      // The reply has begun, so the memory is held.
      deaf.receive(16);
      assertServes(other, 8 * MIB);
      assertThrows(IOException.class, () -> deaf.receive(64 * MIB));
    }
  }

  @Test
  void memory_heldByAClientThatGivesNothing_isFreed() throws Exception {
    try (NbdServer server = tight();
        RawClient stuck = new RawClient(server.address()).greet().go("");
        RawClient other = new RawClient(server.address()).greet().go("")) {
      stuck.request(WRITE, 0, 1, 0, 64 * MIB);
      stuck.send(ByteBuffer.allocate(MIB).put(new byte[MIB]));
      assertServes(other, 8 * MIB);
      assertTrue(stuck.isClosed());
    }
  }

  private NbdServer tight() throws IOException {
    return builder()
        .requestMemory(64 * MIB)
        .connectionMemory(64 * MIB)
        .stallTimeout(Duration.ofMillis(500))
        .start();
  }

  /**
   * Attack: many clients that ask for much and read nothing. Memory is bounded, not their number.
   */
  @Test
  void largeReads_neverRead_leaveSmallRequestsToOthers() throws Exception {
    List<RawClient> deaf = new ArrayList<>();
    try (NbdServer server = builder().requestMemory(128 * MIB).start();
        RawClient other = new RawClient(server.address()).greet().go("")) {
      other.write(0, 1, 0, new byte[MIB]);
      other.chunk();
      for (int i = 0; i < 20; i++) {
        RawClient client = new RawClient(server.address()).greet().go("");
        deaf.add(client);
        for (int j = 0; j < 8; j++) {
          client.request(READ, 0, j, 0, 64 * MIB);
        }
      }
      for (int i = 0; i < 100; i++) {
        assertServes(other, 4096);
      }
    } finally {
      for (RawClient client : deaf) {
        client.close();
      }
    }
  }

  @Test
  void values_outOfRange_areRefused() {
    assertThrows(IllegalArgumentException.class, () -> builder().threads(0));
    assertThrows(IllegalArgumentException.class, () -> builder().maxConnections(0));
    assertThrows(IllegalArgumentException.class, () -> builder().maxOptions(0));
    assertThrows(IllegalArgumentException.class, () -> builder().handshakeTimeout(Duration.ZERO));
    assertThrows(
        IllegalArgumentException.class, () -> builder().idleTimeout(Duration.ofMillis(-1)));
    assertThrows(
        IllegalArgumentException.class, () -> builder().stallTimeout(Duration.ofMillis(-1)));
    assertThrows(IllegalArgumentException.class, () -> builder().requestMemory(63L * MIB).start());
    assertThrows(
        IllegalArgumentException.class,
        () -> builder().requestMemory(64L * MIB).connectionMemory(65L * MIB).start());
  }
}
