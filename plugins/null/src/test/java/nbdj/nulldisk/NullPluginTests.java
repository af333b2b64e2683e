package nbdj.nulldisk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import nbdj.client.CommandFlag;
import nbdj.client.Extent;
import nbdj.client.NbdClient;
import nbdj.runtime.server.NbdServer;
import org.junit.jupiter.api.Test;

class NullPluginTests {
  @Test
  void written_bytes_areForgotten() throws IOException {
    byte[] ones = new byte[4096];
    Arrays.fill(ones, (byte) 1);
    try (NbdServer server =
            NbdServer.builder()
                .plugin(new NullPlugin())
                .config("size", "1E")
                .privateSocket()
                .start();
        NbdClient client = NbdClient.connect(server.uri())) {
      client.write(ones, 1 << 20, CommandFlag.FUA);
      client.writeZeroes(0, 1L << 40, CommandFlag.FAST_ZERO);
      client.trim(5, 1 << 30);
      client.flush();
      client.cache(0, 1 << 30);
      assertArrayEquals(new byte[4096], client.read(1 << 20, 4096));
      assertEquals(List.of(new Extent(0, 1L << 40, 3)), client.allocation(0, 1L << 40));
    }
  }

  @Test
  void noSize_disk_isEmpty() throws IOException {
    try (NbdServer server = NbdServer.builder().plugin(new NullPlugin()).privateSocket().start();
        NbdClient client = NbdClient.connect(server.uri())) {
      assertEquals(0, client.size());
    }
  }
}
