package nbdj.info;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
import nbdj.api.ConfigException;
import nbdj.api.NbdException;
import nbdj.api.OpenRequest;
import nbdj.api.Peer;
import nbdj.client.NbdClient;
import nbdj.client.NbdRefusedException;
import nbdj.runtime.server.NbdServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class InfoPluginTests {
  private static NbdServer serve(String mode) throws IOException {
    return NbdServer.builder()
        .plugin(new InfoPlugin())
        .config("mode", mode)
        .privateSocket()
        .start();
  }

  /** Get the time that a disk tells, in microseconds. */
  private static long micros(NbdClient client) throws IOException {
    assertEquals(12, client.size());
    ByteBuffer time = ByteBuffer.wrap(client.read(0, 12));
    long seconds = time.getLong();
    int micros = time.getInt();
    assertTrue(micros >= 0 && micros < 1_000_000, () -> "microseconds: " + micros);
    return seconds * 1_000_000 + micros;
  }

  @Test
  void time_isThatOfTheClock() throws IOException {
    try (NbdServer server = serve("time");
        NbdClient client = NbdClient.connect(server.uri())) {
      long before = Instant.now().getEpochSecond();
      long told = micros(client) / 1_000_000;
      assertTrue(told >= before && told <= Instant.now().getEpochSecond());
    }
  }

  @Test
  void uptime_goesOnFromOneClientToTheNext_conntimeBeginsAnew() throws IOException {
    long began = System.nanoTime();
    try (NbdServer uptime = serve("uptime");
        NbdServer conntime = serve("conntime")) {
      long first;
      try (NbdClient client = NbdClient.connect(uptime.uri())) {
        first = micros(client);
        assertTrue(micros(client) >= first);
      }
      try (NbdClient client = NbdClient.connect(uptime.uri())) {
        assertTrue(micros(client) >= first);
        assertTrue(micros(client) * 1000 <= System.nanoTime() - began);
      }
      long connected = System.nanoTime();
      try (NbdClient client = NbdClient.connect(conntime.uri())) {
        long told = micros(client);
        assertTrue(told >= 0 && told * 1000 <= System.nanoTime() - connected);
      }
    }
  }

  @Test
  void address_isThatOfTheClient() throws IOException {
    try (NbdServer server =
            NbdServer.builder()
                .plugin(new InfoPlugin())
                .config("mode", "address")
                .listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .start();
        NbdClient client = NbdClient.connect(server.uri());
        NbdClient other = NbdClient.connect(server.uri())) {
      String first = text(client);
      assertTrue(first.matches("(127\\.0\\.0\\.1|\\[.*:1]):[0-9]+"), first);
      assertNotEquals(first, text(other));
    }
    try (NbdServer server = serve("address");
        NbdClient client = NbdClient.connect(server.uri())) {
      assertEquals("unix", text(client));
    }
  }

  private static String text(NbdClient client) throws IOException {
    return new String(client.read(0, (int) client.size()), UTF_8);
  }

  @Test
  void filterOpensTheDisk_address_isRefused() {
    assertThrows(NbdException.class, () -> PeerAddress.of(OpenRequest.of(true, "")));
  }

  @Test
  void addressOfIpv6_isInBrackets() throws Exception {
    InetAddress host = InetAddress.getByName("2001:db8::7");
    Peer peer = new Peer(Optional.of(new InetSocketAddress(host, 5)), Optional.empty());
    assertEquals(
        "[2001:db8:0:0:0:0:0:7]:5",
        PeerAddress.of(new OpenRequest(true, "", false, false, Optional.of(peer))));
  }

  @Test
  void partOfATime_isThatPart() throws IOException {
    ClockHandle handle = new ClockHandle(() -> new ClockHandle.Time(0x0102030405060708L, 0x0a0b0c));
    ByteBuffer part = ByteBuffer.allocateDirect(5);
    handle.pread(part, 6);
    part.flip();
    assertEquals(0x0708_000aL, Integer.toUnsignedLong(part.getInt()));
    assertEquals(0x0b, part.get());
  }

  @Test
  void nameThatIsNotBase64_open_isRefused() throws IOException {
    try (NbdServer server = serve("base64exportname")) {
      NbdRefusedException refusal =
          assertThrows(NbdRefusedException.class, () -> NbdClient.connect(server.uri("*")));
      assertTrue(refusal.serverText().startsWith("export '*': not base64"), refusal::toString);
    }
  }

  @Test
  void unknownMode_start_isRefused() {
    assertThrows(ConfigException.class, () -> serve("weather"));
  }
}
