package nbdj.delay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import nbdj.api.Plugin;
import nbdj.client.NbdClient;
import nbdj.runtime.server.NbdServer;
import nbdj.tck.ReferenceDevice;
import nbdj.tck.ReferencePlugin;
import org.junit.jupiter.api.Test;

/** What the page of the filter shows. */
class ExampleTests {
  private final Plugin plugin = new ReferencePlugin(new ReferenceDevice(1 << 20));

  @Test
  void writeHeld_laterWrite_overtakesIt() throws Exception {
    Delays delays = new Delays();
    try (NbdServer server =
            NbdServer.builder()
                .filter(new DelayFilter(delays))
                .plugin(plugin)
                .privateSocket()
                .start();
        NbdClient client = NbdClient.connect(server.uri())) {
      Delay first = delays.delay().writes().times(1).untilReleased();
      CompletableFuture<Void> held = client.writeAsync(ByteBuffer.wrap(new byte[] {1}), 0);
      assertTrue(first.awaitWaiting(1, Duration.ofSeconds(10)));
      client.write(new byte[] {2}, 0); // overtakes it
      first.release();
      held.get(10, TimeUnit.SECONDS);
      assertEquals(1, client.read(0, 1)[0]);
    }
  }

  @Test
  void suspended_nothing_isHeld() throws Exception {
    Delays delays = new Delays();
    delays.delay().reads().by(Duration.ofDays(1));
    delays.delay().writes().untilReleased();
    delays.suspend();
    try (NbdServer server =
            NbdServer.builder()
                .filter(new DelayFilter(delays))
                .plugin(plugin)
                .privateSocket()
                .start();
        NbdClient client = NbdClient.connect(server.uri())) {
      client.write(new byte[] {3}, 0);
      assertEquals(3, client.read(0, 1)[0]);
    }
  }
}
