package nbdj.exitlast;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import nbdj.api.Plugin;
import nbdj.client.NbdClient;
import nbdj.runtime.server.NbdServer;
import nbdj.tck.ReferenceDevice;
import nbdj.tck.ReferencePlugin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ExitLastFilterTests {
  private static NbdServer serve(Plugin plugin) throws IOException {
    return NbdServer.builder().filter(new ExitLastFilter()).plugin(plugin).privateSocket().start();
  }

  private static Plugin disk() {
    return new ReferencePlugin(new ReferenceDevice(1 << 20));
  }

  @Test
  void lastOfTwoClientsLeaves_server_stops() throws Exception {
    try (NbdServer server = serve(disk())) {
      NbdClient first = NbdClient.connect(server.uri());
      NbdClient second = NbdClient.connect(server.uri());
      first.close();
      assertArrayEquals(new byte[512], second.read(0, 512));
      second.close();
      server.awaitStop();
      assertThrows(IOException.class, () -> NbdClient.connect(server.uri()));
    }
  }

  @Test
  void clientHangsUp_server_stops() throws Exception {
    try (NbdServer server = serve(disk())) {
      NbdClient.connect(server.uri()).abort();
      server.awaitStop();
    }
  }

  @Test
  void clientIsRefused_server_waitsForAnother() throws Exception {
    Plugin picky =
        request -> {
          if (request.exportName().equals("good")) {
            return disk().open(request);
          }
          throw new IOException("no such disk");
        };
    try (NbdServer server = serve(picky)) {
      assertThrows(IOException.class, () -> NbdClient.connect(server.uri("bad")));
      try (NbdClient client = NbdClient.connect(server.uri("good"))) {
        assertEquals(1 << 20, client.size());
      }
      server.awaitStop();
    }
  }

  @Test
  void stopped_byItself_leavesNoSocket() throws Exception {
    try (NbdServer server = serve(disk())) {
      Path socket = Path.of(server.address().toString());
      NbdClient.connect(server.uri()).close();
      server.awaitStop();
      assertEquals(false, Files.exists(socket));
    }
  }
}
