package nbdj.runtime.server;

import static nbdj.runtime.testing.RawClient.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import nbdj.api.OpenRequest;
import nbdj.api.PluginHandle;
import nbdj.api.ReadSink;
import nbdj.runtime.testing.RawClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Attack: clients that hang up by a reset, wherever they are. */
@Timeout(120)
class ResetTests {
  private static final int SIZE = 1 << 20;
  private static final int IN_FLIGHT = 8;

  /** A disk whose reads wait for a latch, and which knows what runs when a handle is closed. */
  private static final class HeldPlugin extends RamPlugin {
    final CountDownLatch begun = new CountDownLatch(IN_FLIGHT);
    final CountDownLatch released = new CountDownLatch(1);
    final CountDownLatch closed = new CountDownLatch(1);
    final AtomicInteger running = new AtomicInteger();
    final AtomicInteger runningAtClose = new AtomicInteger();

    HeldPlugin() {
      super(SIZE);
    }

    @Override
    public PluginHandle open(OpenRequest request) throws IOException {
      opens.incrementAndGet();
      return new Handle() {
        @Override
        public void read(long offset, long count, ReadSink sink) throws IOException {
          running.incrementAndGet();
          begun.countDown();
          try {
            if (!released.await(60, TimeUnit.SECONDS)) {
              throw new IOException("nobody came");
            }
            super.read(offset, count, sink);
          } catch (InterruptedException e) {
            throw new IOException(e);
          } finally {
            running.decrementAndGet();
          }
        }

        @Override
        public void close() {
          runningAtClose.addAndGet(running.get());
          super.close();
          closed.countDown();
        }
      };
    }
  }

  private static NbdServer start(RamPlugin plugin) throws IOException {
    return NbdServer.builder()
        .plugin("ram", plugin)
        .threads(IN_FLIGHT)
        .listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
        .start();
  }

  private static void reset(RawClient client) throws IOException {
    client.socket().setOption(StandardSocketOptions.SO_LINGER, 0);
    client.close();
  }

  private static void assertServes(NbdServer server) throws IOException {
    try (RawClient client = new RawClient(server.address()).goStructured("")) {
      client.request(READ, 0, 1, 0, 100);
      assemble(client.chunks(), 0, 100);
    }
  }

  /** Small reads are answered by one buffer, large ones in pieces. */
  @ParameterizedTest
  @ValueSource(ints = {512, SIZE})
  void requestsInFlight_reset_closesOnceAfterTheLast(int count) throws Exception {
    HeldPlugin plugin = new HeldPlugin();
    try (NbdServer server = start(plugin)) {
      RawClient client = new RawClient(server.address()).goStructured("");
      for (int i = 0; i < IN_FLIGHT; i++) {
        client.request(READ, 0, i, 0, count);
      }
      assertTrue(plugin.begun.await(60, TimeUnit.SECONDS), "not all requests run at once");
      reset(client);
      assertEquals(0, plugin.closes.get());
      plugin.released.countDown();
      assertTrue(plugin.closed.await(60, TimeUnit.SECONDS), "the handle is not closed");
      assertEquals(0, plugin.runningAtClose.get());
      assertServes(server);
    }
    assertEquals(2, plugin.opens.get());
    assertEquals(2, plugin.closes.get());
  }

  @Test
  void everyByteOfTheHandshake_reset_closesWhatWasOpen() throws Exception {
    RamPlugin plugin = new RamPlugin(SIZE);
    byte[] session = session();
    try (NbdServer server = start(plugin)) {
      for (int length = 0; length <= session.length; length++) {
        RawClient client = new RawClient(server.address());
        client.send(ByteBuffer.allocate(length).put(Arrays.copyOf(session, length)));
        if (length % 2 == 0) {
          // Every other one has heard of the server before it goes.
          client.receive(18);
        }
        reset(client);
      }
      assertServes(server);
    }
    assertTrue(plugin.opens.get() > 1, "no reset came behind an open");
    assertEquals(plugin.opens.get(), plugin.closes.get());
  }

  /** Get all that a client says that lists, asks, goes and reads. */
  private static byte[] session() {
    byte[] context = metaPayload("", "base:allocation", "x-no:such");
    byte[] info = infoPayload("", 1, 3);
    ByteBuffer all =
        ByteBuffer.allocate(1024)
            .putInt(3)
            .put(optionHeader(LIST, 0).flip())
            .put(optionHeader(STRUCTURED_REPLY, 0).flip())
            .put(optionHeader(INFO, info.length).flip())
            .put(info)
            .put(optionHeader(SET_META, context.length).flip())
            .put(context)
            .put(optionHeader(GO, info.length).flip())
            .put(info)
            .put(requestHeader(READ, 0, 1, 0, SIZE).flip())
            .put(requestHeader(WRITE, 0, 2, 0, 4).flip())
            .putInt(7)
            .put(requestHeader(STATUS, 0, 3, 0, 4096).flip());
    return Arrays.copyOf(all.array(), all.position());
  }
}
