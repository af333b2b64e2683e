package nbdj.proxy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import nbdj.api.Plugin;
import nbdj.client.NbdClient;
import nbdj.runtime.server.NbdServer;
import nbdj.tck.PluginContract;
import nbdj.tck.ReferenceDevice;
import nbdj.tck.ReferencePlugin;
import nbdj.tck.blackbox.LayerBlackBox;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;

/** The plugin over a server that offers everything, and over one that shares its connection. */
class NbdPluginTckTests {
  abstract static class Contract extends PluginContract {
    private NbdServer other;

    @BeforeEach
    void startOther() throws IOException {
      other =
          NbdServer.builder()
              .plugin(new ReferencePlugin(new ReferenceDevice((1 << 20) + 512)))
              .privateSocket()
              .start();
      warmUp();
    }

    /** Have the other server start the threads that it keeps: they are none of the plugin's. */
    private void warmUp() throws IOException {
      List<NbdClient> clients = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        clients.add(NbdClient.connect(other.uri()));
      }
      clients.forEach(NbdClient::close);
      while (Thread.getAllStackTraces().keySet().stream()
          .anyMatch(thread -> thread.getName().startsWith("nbdj-conn-"))) {
        Thread.onSpinWait();
      }
    }

    @AfterEach
    void stopOther() {
      other.stop();
    }

    @Override
    protected Plugin plugin() {
      return new NbdPlugin();
    }

    String uri() {
      return other.uri().toString();
    }

    @Override
    protected Optional<byte[]> expectedContent() {
      return Optional.of(new byte[(1 << 20) + 512]);
    }
  }

  @Nested
  class OwnConnections extends Contract {
    @Override
    protected Map<String, String> config() {
      return Map.of("uri", uri());
    }

    @Nested
    class ThroughASocket extends LayerBlackBox {
      ThroughASocket() {
        super(OwnConnections.this);
      }
    }
  }

  @Nested
  class OneConnection extends Contract {
    @Override
    protected Map<String, String> config() {
      return Map.of("uri", uri(), "shared", "true");
    }
  }
}
