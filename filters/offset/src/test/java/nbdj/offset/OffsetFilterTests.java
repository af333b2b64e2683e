package nbdj.offset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import nbdj.client.NbdClient;
import nbdj.client.NbdRefusedException;
import nbdj.runtime.server.NbdServer;
import nbdj.tck.ReferenceDevice;
import nbdj.tck.ReferencePlugin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OffsetFilterTests {
  private static NbdServer serve(String offset, String range) throws IOException {
    return NbdServer.builder()
        .filter(new OffsetFilter())
        .plugin(new ReferencePlugin(new ReferenceDevice(10_000)))
        .config("offset", offset)
        .config("range", range)
        .privateSocket()
        .start();
  }

  @ParameterizedTest
  @CsvSource({
    "10001, 0, offset=10001: the disk ends at 10000 (try a smaller offset)",
    "4000, 6001, 'range=6001: the disk has 6000 bytes from offset 4000 on (try a smaller range)'",
    "7E, 7E, offset=8070450532247928832: the disk ends at 10000 (try a smaller offset)",
  })
  void rangeOutsideTheDisk_open_isRefusedWithTheReason(String offset, String range, String reason)
      throws IOException {
    try (NbdServer server = serve(offset, range)) {
      NbdRefusedException refusal =
          assertThrows(NbdRefusedException.class, () -> NbdClient.connect(server.uri()));
      assertTrue(refusal.getMessage().contains(reason), refusal.getMessage());
    }
  }

  @ParameterizedTest
  @CsvSource({"10000, 0", "4000, 6000", "0, 10000", "0, 0"})
  void rangeUpToTheEnd_open_hasItsSize(String offset, String range) throws IOException {
    try (NbdServer server = serve(offset, range);
        NbdClient client = NbdClient.connect(server.uri())) {
      assertEquals(Long.parseLong(range), client.size());
    }
  }

  @Test
  void rangeNotGiven_open_goesToTheEnd() throws IOException {
    try (NbdServer server =
            NbdServer.builder()
                .filter(new OffsetFilter())
                .plugin(new ReferencePlugin(new ReferenceDevice(10_000)))
                .config("offset", "1k")
                .privateSocket()
                .start();
        NbdClient client = NbdClient.connect(server.uri())) {
      assertEquals(10_000 - 1024, client.size());
    }
  }
}
