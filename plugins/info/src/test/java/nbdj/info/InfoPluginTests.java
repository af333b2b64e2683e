package nbdj.info;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import nbdj.api.ConfigException;
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
