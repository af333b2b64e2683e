package nbdj.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import nbdj.client.FakeServer.Asked;
import nbdj.client.FakeServer.Script;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Beginning and end of connections, their threads, and what the client itself refuses. */
@Timeout(30)
class LifeTests {
  private static Set<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("nbdj-client-"))
        .collect(Collectors.toSet());
  }

  @AfterEach
  void noThreadIsLeft() {
    assertEquals(Set.of(), threads());
  }

  @Test
  void open_oneThread_endsWithClose() throws Exception {
    try (FakeServer server = new FakeServer(peer -> peer.serve(1000).awaitGoodbye())) {
      NbdClient client = server.connect();
      assertEquals(1, threads().size());
      assertTrue(client.isOpen());
      client.close();
      assertFalse(client.isOpen());
      client.close();
      assertEquals(Set.of(), threads());
      assertTrue(
          assertThrows(NbdDisconnectedException.class, client::flush)
              .getMessage()
              .endsWith("the connection was closed by this client"));
    }
  }

  @Test
  void tcp_connectAndRead_works() throws Exception {
    Script script =
        peer -> {
          peer.last(peer.serve(1000).request(), Protocol.CHUNK_OFFSET_DATA, 0L, "ok");
          peer.awaitGoodbye();
        };
    try (FakeServer server = FakeServer.tcp(script);
        NbdClient client = NbdClient.connect(server.tcpUri())) {
      assertArrayEquals("ok".getBytes(StandardCharsets.UTF_8), client.read(0, 2));
    }
  }

  @Test
  void close_requestUnderWay_waitsForItsReply() throws Exception {
    CountDownLatch closing = new CountDownLatch(1);
    Script script =
        peer -> {
          Asked asked = peer.serve(1000).request();
          closing.await();
          peer.simple(asked, 0);
          peer.awaitGoodbye();
        };
    try (FakeServer server = new FakeServer(script)) {
      NbdClient client = server.connect();
      CompletableFuture<Void> flush = client.flushAsync();
      CompletableFuture<Void> closed = new CompletableFuture<>();
      Thread.ofPlatform()
          .start(() -> {
            client.close();
            closed.complete(null);
          });
      while (client.isOpen()) {
        Thread.onSpinWait();
      }
      assertThrows(NbdDisconnectedException.class, client::flush);
      closing.countDown();
      flush.get();
      closed.get();
    }
  }

  @Test
  void abort_requestUnderWay_failsAtOnceWithoutGoodbye() throws Exception {
    Script script =
        peer -> {
          peer.serve(1000).request();
          assertEquals(-1, peer.in.read());
        };
    try (FakeServer server = new FakeServer(script);
        NbdClient client = server.connect()) {
      CompletableFuture<Void> flush = client.flushAsync();
      client.abort();
      Throwable cause = assertThrows(ExecutionException.class, flush::get).getCause();
      assertTrue(
          assertInstanceOf(NbdDisconnectedException.class, cause)
              .getMessage()
              .endsWith("the connection was closed by this client; a flush was under way"));
    }
  }

  @Test
  void interruptedWaiter_getsItsAnswerAndStaysInterrupted() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    Script script =
        peer -> {
          Asked read = peer.serve(1000).request();
          asked.countDown();
          interrupted.await();
          peer.last(read, Protocol.CHUNK_OFFSET_DATA, 0L, "ok");
          peer.simple(peer.request(), 0);
          peer.awaitGoodbye();
        };
    try (FakeServer server = new FakeServer(script);
        NbdClient client = server.connect()) {
      CompletableFuture<Boolean> result = new CompletableFuture<>();
      AtomicReference<byte[]> bytes = new AtomicReference<>(new byte[0]);
      Thread reader =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  bytes.set(client.read(0, 2));
                  result.complete(Thread.currentThread().isInterrupted());
                } catch (IOException e) {
                  result.completeExceptionally(e);
                }
              });
      asked.await();
      reader.interrupt();
      interrupted.countDown();
      assertTrue(result.get(), "interrupted");
      assertArrayEquals("ok".getBytes(StandardCharsets.UTF_8), bytes.get());
      client.flush();
    }
  }

  @Test
  void whatFollowsAFuture_mustNotWait() throws Exception {
    CountDownLatch attached = new CountDownLatch(1);
    Script script =
        peer -> {
          Asked first = peer.serve(1000).request();
          attached.await();
          peer.simple(first, 0);
          peer.awaitEnd();
        };
    try (FakeServer server = new FakeServer(script);
        NbdClient client = server.connect()) {
      CompletableFuture<IllegalStateException> refused =
          client
              .flushAsync()
              .thenApply(done -> assertThrows(IllegalStateException.class, client::flush));
      attached.countDown();
      String message = refused.get().getMessage();
      assertTrue(String.valueOf(message).contains("use the methods that end in Async"), message);
      client.abort();
    }
  }

  @Test
  void unofferedOrOutside_checkedClient_refusesItself() throws Exception {
    Script readOnly =
        peer -> {
          peer.greet();
          peer.agreeOnAll();
          peer.option(Protocol.OPT_GO);
          peer.show(Protocol.OPT_GO, 1000, 1 | 2);
          peer.awaitGoodbye();
        };
    try (FakeServer server = new FakeServer(readOnly);
        NbdClient client = server.connect()) {
      for (Attempt attempt :
          List.<Attempt>of(
              c -> c.write(new byte[1], 0),
              c -> c.trim(0, 1),
              c -> c.writeZeroes(0, 1),
              NbdClient::flush,
              c -> c.cache(0, 1),
              c -> c.read(0, 1, CommandFlag.DONT_FRAGMENT))) {
        String message =
            assertThrows(UnsupportedOperationException.class, () -> attempt.on(client))
                .getMessage();
        assertTrue(
            String.valueOf(message).matches("the export '' of .* does not offer .*"), message);
      }
      for (Attempt attempt :
          List.<Attempt>of(
              c -> c.read(1000, 1),
              c -> c.read(-1, 1),
              c -> c.read(0, 1001),
              c -> c.blockStatus(999, 2),
              c -> c.blockStatus(0, 0),
              c -> c.blockStatus(0, -1),
              c -> c.blockStatus(Long.MAX_VALUE, Long.MAX_VALUE),
              c -> c.read(0, 1, CommandFlag.FUA),
              c -> c.read(ByteBuffer.allocate(1).asReadOnlyBuffer(), 0))) {
        assertThrows(IllegalArgumentException.class, () -> attempt.on(client));
      }
      assertArrayEquals(new byte[0], client.read(1000, 0));
    }
  }

  /** What is tried on a client. */
  private interface Attempt {
    void on(NbdClient client) throws NbdClientException;
  }

  @Test
  void unchecked_everything_isSentAsAsked() throws Exception {
    Script script =
        peer -> {
          peer.greet();
          peer.agreeOnAll();
          peer.option(Protocol.OPT_GO);
          peer.show(Protocol.OPT_GO, 1000, 1 | 2);
          for (String expected :
              List.of("1 1 5000+1", "4 0 0+4294967295", "3 0 0+0", "0 1 0+0", "7 0 -5+1")) {
            Asked asked = peer.request();
            assertEquals(
                expected,
                "%d %d %d+%d"
                    .formatted(asked.type(), asked.flags(), asked.offset(), asked.count()));
            peer.last(asked, Protocol.CHUNK_ERROR, 22, (short) 0);
          }
          peer.awaitGoodbye();
        };
    try (FakeServer server = new FakeServer(script);
        NbdClient client = NbdClient.builder().unchecked().connect(server.uri())) {
      for (Attempt attempt :
          List.<Attempt>of(
              c -> c.write(new byte[1], 5000, CommandFlag.FUA),
              c -> c.trim(0, 0xffff_ffffL),
              NbdClient::flush,
              c -> c.read(0, 0, CommandFlag.FUA),
              c -> c.blockStatus(-5, 1))) {
        assertEquals(22, assertThrows(NbdServerException.class, () -> attempt.on(client)).number());
      }
    }
  }

  @Test
  void pool_serverWithoutMultiConn_isOneConnection() throws Exception {
    try (FakeServer server = new FakeServer(peer -> peer.serve(1000).awaitGoodbye());
        NbdPool pool = NbdClient.builder().pool(server.uri(), 4)) {
      assertEquals(1, pool.clients().size());
    }
  }

  private static Script multi(long size) {
    return peer -> {
      peer.greet();
      peer.agreeOnAll();
      peer.option(Protocol.OPT_GO);
      peer.show(Protocol.OPT_GO, size, FakeServer.FLAGS | 1 << 8);
      peer.awaitEnd();
    };
  }

  @Test
  void pool_connectionsThatDiffer_areRefused() throws Exception {
    try (FakeServer server = new FakeServer(multi(1000), multi(1001))) {
      assertTrue(
          assertThrows(NbdProtocolException.class, () -> NbdClient.builder().pool(server.uri(), 2))
              .getMessage()
              .contains("but shows them different exports: 1000 bytes"));
    }
  }

  @Test
  void pool_any_isTheLeastBusyOpenOne() throws Exception {
    Script busy = multi(1000);
    try (FakeServer server = new FakeServer(busy, busy, busy);
        NbdPool pool = NbdClient.builder().pool(server.uri(), 3)) {
      NbdClient first = pool.clients().get(0);
      NbdClient second = pool.clients().get(1);
      NbdClient third = pool.clients().get(2);
      CompletableFuture<Void> underWay = first.flushAsync();
      assertEquals(second, pool.any());
      second.abort();
      assertEquals(third, pool.any());
      first.abort();
      assertThrows(ExecutionException.class, underWay::get);
    }
  }

  @Test
  void manyConnections_oneAfterTheOther_leaveNothing() throws Exception {
    Script[] scripts = new Script[50];
    for (int i = 0; i < scripts.length; i++) {
      scripts[i] = peer -> peer.serve(1000).awaitEnd();
    }
    try (FakeServer server = new FakeServer(scripts)) {
      long before = openFiles();
      for (int i = 0; i < scripts.length; i++) {
        NbdClient client = server.connect();
        if (i % 2 == 0) {
          client.close();
        } else {
          client.abort();
        }
      }
      server.awaitScripts();
      assertTrue(openFiles() <= before + 2, () -> before + " files before, then " + openFiles());
    }
  }

  private static long openFiles() {
    String[] files = new File("/proc/self/fd").list();
    return files == null ? 0 : files.length;
  }
}
