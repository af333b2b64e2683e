package nbdj.pattern;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import nbdj.api.ConfigException;
import nbdj.client.NbdClient;
import nbdj.runtime.server.NbdServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PatternPluginTests {
  @ParameterizedTest
  @CsvSource({
    "0, 24",
    "3, 2",
    "3, 5",
    "3, 30",
    "7, 1",
    "4294967290, 40",
    "9223372036854775800, 7",
    "1099511627771, 13",
  })
  void anyRange_read_isThePattern(long offset, int count) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(count);
    new PatternHandle(Long.MAX_VALUE).pread(buffer, offset);
    byte[] bytes = new byte[count];
    buffer.flip().get(bytes);
    assertArrayEquals(Expected.bytes(offset, count), bytes);
  }

  @Test
  void noSize_start_isRefused() {
    assertThrows(
        ConfigException.class,
        () -> NbdServer.builder().plugin(new PatternPlugin()).privateSocket().start());
  }

  @Test
  void server_isReadOnly() throws IOException {
    try (NbdServer server =
            NbdServer.builder()
                .plugin(new PatternPlugin())
                .config("size", "1M")
                .privateSocket()
                .start();
        NbdClient client = NbdClient.connect(server.uri())) {
      assertThrows(UnsupportedOperationException.class, () -> client.write(new byte[1], 0));
    }
  }
}
