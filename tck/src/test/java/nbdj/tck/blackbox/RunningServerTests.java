package nbdj.tck.blackbox;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import nbdj.client.NbdClient;
import nbdj.tck.Range;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

/** A server that runs already, half of which belongs to somebody else. */
class RunningServerTests {
  private static final String SERVER = "nbdj.test.server";

  @Test
  void halfIsWritable_otherHalf_isNotTouched() throws IOException {
    try (TinyServer server = new TinyServer();
        NbdClient client = NbdClient.connect(server.uri())) {
      byte[] before = client.read(0, (int) (client.size() / 2));
      System.setProperty(SERVER, server.uri().toString());
      Events tests =
          EngineTestKit.engine("junit-jupiter")
              .configurationParameter("nbdj.tck.tools", "false")
              .selectors(DiscoverySelectors.selectClass(Scratch.class))
              .execute()
              .testEvents();
      assertEquals(List.of(), tests.failed().list());
      assertTrue(tests.succeeded().count() > 30, () -> "only " + tests.succeeded().count());
      assertArrayEquals(before, client.read(0, before.length));
    } finally {
      System.clearProperty(SERVER);
    }
  }

  /** What an author writes. */
  static class Scratch extends ServerBlackBox {
    @Override
    protected URI uri() {
      return URI.create(System.getProperty("nbdj.test.server", "nbd:///"));
    }

    @Override
    protected Range writable(long size) {
      return new Range(size / 2, size / 2);
    }
  }
}
