package nbdj.noextents;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.util.List;
import nbdj.client.Extent;
import nbdj.client.NbdClient;
import nbdj.runtime.server.NbdServer;
import nbdj.tck.ReferenceDevice;
import nbdj.tck.ReferencePlugin;
import org.junit.jupiter.api.Test;

class NoExtentsFilterTests {
  @Test
  void diskOfHoles_allocation_isDataAndNobodyBelowIsAsked() throws IOException {
    ReferencePlugin plugin =
        new ReferencePlugin(new ReferenceDevice(1 << 20))
            .withHook(operation -> {
              if (operation.equals("extents") || operation.equals("canExtents")) {
                fail(operation);
              }
            });
    try (NbdServer server =
            NbdServer.builder()
                .filter(new NoExtentsFilter())
                .plugin(plugin)
                .privateSocket()
                .start();
        NbdClient client = NbdClient.connect(server.uri())) {
      assertEquals(List.of(new Extent(0, 1 << 20, 0)), client.allocation(0, 1 << 20));
    }
  }
}
