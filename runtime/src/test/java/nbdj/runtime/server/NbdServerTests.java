package nbdj.runtime.server;

import static nbdj.runtime.testing.RawClient.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import nbdj.api.Flags;
import nbdj.api.OpenRequest;
import nbdj.api.PluginHandle;
import nbdj.runtime.testing.RawClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class NbdServerTests {
  @TempDir private Path folder;

  private final RamPlugin plugin = new RamPlugin(1 << 20);

  private NbdServerBuilder builder() {
    return NbdServer.builder().plugin("ram", plugin).stopTimeout(Duration.ofMillis(500));
  }

  private static void checkServes(RawClient client) throws IOException {
    client.greet().go("");
    client.request(READ, 0, 1, 0, 10);
    assertEquals(SIMPLE, client.receive(26).getInt());
  }

  private static String messageOf(Throwable failure) {
    return String.valueOf(failure.getMessage());
  }

  @Test
  void unixSocket_servesAndRemovesItsFileAtStop() throws Exception {
    Path socket = folder.resolve("a socket");
    try (NbdServer server = builder().listen(UnixDomainSocketAddress.of(socket)).start();
        RawClient client = new RawClient(server.address())) {
      checkServes(client);
      assertEquals(
          "nbd+unix:///?socket=" + socket.toString().replace(" ", "%20"), server.uri().toString());
    }
    assertFalse(Files.exists(socket));
    assertEquals(1, plugin.opens.get());
    assertEquals(1, plugin.closes.get());
    assertEquals(1, plugin.cleanups.get());
  }

  @Test
  void tcpPortZero_isReplacedByTheRealOne() throws Exception {
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (NbdServer server = builder().listen(any).exportName("ä/b").start();
        RawClient client = new RawClient(server.address())) {
      int port = ((InetSocketAddress) server.address()).getPort();
      assertEquals("nbd://127.0.0.1:" + port + "/%C3%A4%2Fb", server.uri().toString());
      checkServes(client);
    }
  }

  @Test
  void tcpPort_inUse_isRefusedWithItsName() throws Exception {
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (NbdServer server = builder().listen(any).start()) {
      IOException failure =
          assertThrows(
              IOException.class,
              () ->
                  NbdServer.builder()
                      .plugin("ram", new RamPlugin(1))
                      .listen(server.address())
                      .start());
      assertTrue(messageOf(failure).contains("127.0.0.1:"), () -> messageOf(failure));
      assertTrue(messageOf(failure).contains("in use"), () -> messageOf(failure));
    }
  }

  @Test
  void unixPath_tooLongOrThereAlready_isRefusedAndLeftAlone() throws IOException {
    Path longPath = folder.resolve("x".repeat(108));
    IOException tooLong =
        assertThrows(
            IOException.class,
            () -> builder().listen(UnixDomainSocketAddress.of(longPath)).start());
    assertTrue(messageOf(tooLong).contains("at most 107 bytes"), () -> messageOf(tooLong));
    Path file = Files.writeString(folder.resolve("precious"), "data");
    IOException exists =
        assertThrows(
            IOException.class, () -> builder().listen(UnixDomainSocketAddress.of(file)).start());
    assertTrue(messageOf(exists).startsWith(file + ": exists already"), () -> messageOf(exists));
    assertEquals("data", Files.readString(file));
  }

  @Test
  void privateSocket_liesInAFolderOfItsOwnThatIsRemoved() throws Exception {
    Path made;
    try (NbdServer server = builder().privateSocket().start()) {
      made = Path.of(server.address().toString()).getParent();
      assertEquals(
          "rwx------",
          java.nio.file.attribute.PosixFilePermissions.toString(
              Files.getPosixFilePermissions(made)));
    }
    assertFalse(Files.exists(made));
  }

  @Test
  void givenSocket_isServedAndItsFileStays() throws Exception {
    Path socket = folder.resolve("given");
    ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    channel.bind(UnixDomainSocketAddress.of(socket));
    try (NbdServer server = builder().listenOn(channel).start();
        RawClient client = new RawClient(server.address())) {
      checkServes(client);
    }
    assertTrue(Files.exists(socket));
    assertFalse(channel.isOpen());
  }

  @Test
  void severalServersAndListeners_liveSideBySide() throws Exception {
    try (NbdServer one = builder().privateSocket().privateSocket().start();
        NbdServer two =
            NbdServer.builder().plugin("ram", new RamPlugin(2048)).privateSocket().start();
        RawClient first = new RawClient(one.addresses().get(0));
        RawClient second = new RawClient(one.addresses().get(1));
        RawClient third = new RawClient(two.address())) {
      checkServes(first);
      checkServes(second);
      checkServes(third);
      assertEquals(2048, third.size);
    }
  }

  @Test
  void serve_onAPairOfChannels_returnsWhenTheClientLeaves() throws Exception {
    Pipe toServer = Pipe.open();
    Pipe toClient = Pipe.open();
    try (NbdServer server = builder().start()) {
      Thread serving =
          Thread.ofPlatform().start(() -> assertServes(server, toServer.source(), toClient.sink()));
      ByteBuffer greeting = ByteBuffer.allocate(18);
      while (greeting.hasRemaining()) {
        toClient.source().read(greeting);
      }
      toServer
          .sink()
          .write(ByteBuffer.allocate(20).putInt(3).put(optionHeader(ABORT, 0).flip()).flip());
      serving.join();
      assertThrows(IllegalStateException.class, server::uri);
    }
    toServer.sink().close();
    toClient.source().close();
  }

  private static void assertServes(
      NbdServer server,
      java.nio.channels.ReadableByteChannel in,
      java.nio.channels.WritableByteChannel out) {
    try {
      server.serve(in, out);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void serve_onASocket_endsWhenTheServerStops() throws Exception {
    Path socket = folder.resolve("pair");
    try (ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listening.bind(UnixDomainSocketAddress.of(socket));
      NbdServer server = builder().start();
      try (RawClient client = new RawClient(UnixDomainSocketAddress.of(socket))) {
        SocketChannel accepted = listening.accept();
        Thread serving =
            Thread.ofPlatform()
                .start(() -> {
                  try {
                    server.serve(accepted);
                  } catch (IOException e) {
                    throw new AssertionError(e);
                  }
                });
        checkServes(client);
        server.stop();
        serving.join();
        assertTrue(client.isClosed());
      }
    }
    assertEquals(1, plugin.closes.get());
  }

  @Test
  void stop_withClientsInEveryState_isBoundedAndClosesAll() throws Exception {
    NbdServer server = builder().privateSocket().start();
    List<RawClient> clients = new ArrayList<>();
    try {
      RawClient silent = new RawClient(server.address());
      clients.add(silent);
      RawClient greeted = new RawClient(server.address()).greet();
      clients.add(greeted);
      RawClient inOption = new RawClient(server.address()).greet();
      clients.add(inOption);
      inOption.send(optionHeader(GO, 100));
      RawClient informed = new RawClient(server.address()).greet();
      clients.add(informed);
      informed.option(INFO, infoPayload(""));
      informed.replies();
      RawClient idle = new RawClient(server.address()).greet().go("");
      clients.add(idle);
      RawClient inRequest = new RawClient(server.address()).greet().go("");
      clients.add(inRequest);
      inRequest.send(ByteBuffer.allocate(3).put(new byte[] {0x25, 0x60, (byte) 0x95}));
      RawClient inPayload = new RawClient(server.address()).greet().go("");
      clients.add(inPayload);
      inPayload.request(WRITE, 0, 1, 0, 1 << 20);
      inPayload.send(ByteBuffer.allocate(100).put(new byte[100]));
      RawClient deaf = new RawClient(server.address()).greet().go("");
      clients.add(deaf);
      deaf.write(0, 1, 0, new byte[1 << 20]);
      deaf.chunk();
      for (int i = 0; i < 10; i++) {
        deaf.request(READ, 0, i, 0, 1 << 20);
      }
      long began = System.nanoTime();
      server.stop();
      assertTrue(System.nanoTime() - began < Duration.ofSeconds(20).toNanos());
      assertEquals(5, plugin.opens.get());
      assertEquals(5, plugin.closes.get());
      assertEquals(1, plugin.cleanups.get());
      server.stop();
      assertEquals(1, plugin.cleanups.get());
      assertTrue(idle.isClosed());
    } finally {
      server.stop();
      for (RawClient client : clients) {
        client.close();
      }
    }
  }

  /** Make a disk whose writes tell that they have begun and wait until they may go. */
  private static RamPlugin slowWriter(CountDownLatch begun, CountDownLatch go) {
    return new RamPlugin(1 << 20) {
      @Override
      public PluginHandle open(OpenRequest request) throws IOException {
        super.open(request);
        return new Handle() {
          @Override
          public void pwrite(ByteBuffer buffer, long offset, Flags flags) throws IOException {
            begun.countDown();
            try {
              go.await();
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
            super.pwrite(buffer, offset, flags);
          }
        };
      }
    };
  }

  @Test
  void disconnectClients_inEveryState_cutsThemOffAndServesOn() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    RamPlugin slow = slowWriter(begun, go);
    try (NbdServer server = NbdServer.builder().plugin("slow", slow).privateSocket().start();
        RawClient greeted = new RawClient(server.address()).greet();
        RawClient idle = new RawClient(server.address()).greet().go("");
        RawClient running = new RawClient(server.address()).greet().go("")) {
      running.write(0, 5, 0, new byte[10]);
      begun.await();
      server.disconnectClients();
      assertTrue(greeted.isClosed());
      assertTrue(idle.isClosed());
      assertTrue(running.isClosed());
      try (RawClient next = new RawClient(server.address())) {
        checkServes(next);
        assertTrue(slow.closes.get() <= 1, "the write is still running");
        go.countDown();
      }
    }
    assertEquals(3, slow.closes.get());
  }

  @Test
  void stop_withARequestRunning_waitsForIt() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    RamPlugin slow = slowWriter(begun, go);
    NbdServer server = NbdServer.builder().plugin("slow", slow).privateSocket().start();
    try (RawClient client = new RawClient(server.address()).greet().go("")) {
      client.write(0, 5, 0, new byte[10]);
      begun.await();
      Thread stopping = Thread.ofPlatform().start(server::stop);
      while (Files.exists(Path.of(server.address().toString()))) {
        Thread.onSpinWait();
      }
      assertEquals(0, slow.closes.get());
      go.countDown();
      assertEquals(0, client.chunk().error());
      stopping.join();
      server.awaitStop();
      assertEquals(1, slow.closes.get());
    }
  }

  @Test
  void connections_overTheLimit_areTurnedAwayUntilOneEnds() throws Exception {
    try (NbdServer server = builder().maxConnections(2).privateSocket().start();
        RawClient one = new RawClient(server.address());
        RawClient two = new RawClient(server.address())) {
      checkServes(one);
      checkServes(two);
      try (RawClient three = new RawClient(server.address())) {
        assertTrue(three.isClosed());
      }
      one.request(DISC, 0, 0, 0, 0);
      assertTrue(one.isClosed());
      while (true) {
        try (RawClient four = new RawClient(server.address())) {
          checkServes(four);
          break;
        } catch (java.io.EOFException | java.net.SocketException notYet) {
          Thread.onSpinWait();
        }
      }
      two.request(READ, 0, 1, 0, 10);
      assertEquals(SIMPLE, two.receive(26).getInt());
    }
  }

  @Test
  void start_failing_endsWhatWasBegun() {
    RamPlugin failing =
        new RamPlugin(1) {
          @Override
          public void afterFork() throws IOException {
            throw new IOException("no luck");
          }
        };
    Path socket = folder.resolve("s");
    IOException failure =
        assertThrows(
            IOException.class,
            () ->
                NbdServer.builder()
                    .plugin("ram", failing)
                    .listen(UnixDomainSocketAddress.of(socket))
                    .start());
    assertEquals("ram: no luck", failure.getMessage());
    assertFalse(Files.exists(socket));
  }
}
