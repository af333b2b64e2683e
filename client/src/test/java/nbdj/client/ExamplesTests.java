package nbdj.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/client.md shows. */
class ExamplesTests {
  private @Nullable RealServer server;
  private URI uri = URI.create("nbd:///");

  @BeforeEach
  void serve(@TempDir Path folder) throws Exception {
    RealServer started = RealServer.nbdkit(folder, "memory", "size=1M");
    server = started;
    uri = started.uri("disk");
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  @Test
  void disk_readAndWritten() throws Exception {
    try (NbdClient client = NbdClient.connect(uri)) {
      client.write(new byte[] {1, 2, 3}, 0);
      byte[] first = client.read(0, 512);
      client.write(first, 512, CommandFlag.FUA);
      client.trim(1024, client.size() - 1024);
      client.flush();
      assertArrayEquals(first, client.read(512, 512));
    }
  }

  @Test
  void holes_shown() throws Exception {
    List<String> lines = new ArrayList<>();
    try (NbdClient client = NbdClient.connect(uri)) {
      lines.add(client.export().size() + " bytes, " + client.export().flags());
      for (Extent extent : client.allocation(0, client.size())) {
        String what = extent.isZero() ? "zeroes" : "data";
        lines.add("%d bytes at %d: %s".formatted(extent.length(), extent.offset(), what));
      }
    }
    assertEquals("1048576 bytes at 0: zeroes", lines.getLast());
  }

  @Test
  void manyReads_underWay() throws Exception {
    ByteBuffer[] buffers = new ByteBuffer[16];
    for (int i = 0; i < buffers.length; i++) {
      buffers[i] = ByteBuffer.allocateDirect(65536).put(0, (byte) 1);
    }
    try (NbdClient client = NbdClient.connect(uri)) {
      List<CompletableFuture<Void>> reads = new ArrayList<>();
      for (int i = 0; i < buffers.length; i++) {
        reads.add(client.readAsync(buffers[i], i * 65536L));
      }
      CompletableFuture.allOf(reads.toArray(CompletableFuture<?>[]::new)).join();
    }
    for (ByteBuffer buffer : buffers) {
      assertEquals(0, buffer.get(0));
    }
  }

  @Test
  void pool_used() throws Exception {
    byte[] bytes = {1, 2, 3};
    try (NbdPool pool = NbdClient.builder().pool(uri, 4)) {
      pool.any().write(bytes, 0); // the connection with the fewest requests under way
      pool.any().flush(); // on one connection, and for all
      assertArrayEquals(bytes, pool.any().read(0, 3));
    }
  }

  @Test
  void server_asked() throws Exception {
    List<ListedExport> exports = NbdClient.builder().list(uri);
    NbdExport facts = NbdClient.builder().info(uri);
    assertEquals(1, exports.size());
    assertEquals(1 << 20, facts.size());
    try (NbdNegotiation negotiation = NbdClient.builder().negotiate(uri)) {
      negotiation.structuredReplies();
      List<String> contexts = negotiation.listMetaContexts("disk");
      negotiation.setMetaContexts("disk", contexts.toArray(String[]::new));
      try (NbdClient client = negotiation.go("disk")) {
        Map<String, List<Extent>> status = client.blockStatus(0, client.size());
        assertTrue(status.containsKey("base:allocation"));
      }
    }
  }
}
