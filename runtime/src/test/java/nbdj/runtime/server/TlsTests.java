package nbdj.runtime.server;

import static nbdj.runtime.testing.RawClient.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import nbdj.api.OpenRequest;
import nbdj.api.Peer;
import nbdj.api.PluginHandle;
import nbdj.api.ReadSink;
import nbdj.runtime.testing.RawClient;
import nbdj.runtime.testing.TestPki;
import nbdj.runtime.transport.TlsCertificates;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** STARTTLS, clause by clause of the NBD specification, and attacks on it. */
@Timeout(60)
class TlsTests {
  private static final int SIZE = 8 << 20;

  @TempDir private static Path folder;
  private static TestPki pki;
  private static TestPki others;

  private final AtomicReference<OpenRequest> lastOpen = new AtomicReference<>();
  private final RamPlugin plugin =
      new RamPlugin(SIZE) {
        @Override
        public PluginHandle open(OpenRequest request) throws IOException {
          lastOpen.set(request);
          return super.open(request);
        }
      };
  private @Nullable NbdServer server;

  @BeforeAll
  static void makeCertificates() throws Exception {
    pki = TestPki.in(folder.resolve("pki"));
    pki.sign("expired", "/CN=late", -1);
    others = TestPki.in(folder.resolve("others"));
  }

  private void serve(TlsMode mode, boolean verifyPeer) throws IOException {
    server =
        NbdServer.builder()
            .plugin("ram", plugin)
            .listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .stopTimeout(Duration.ofMillis(500))
            .tls(mode, TlsCertificates.load(pki.folder(), verifyPeer))
            .start();
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.stop();
    }
  }

  private NbdServer running() {
    return Objects.requireNonNull(server);
  }

  private RawClient connect() throws IOException {
    return new RawClient(running().address());
  }

  private void assertNothingOpened() {
    running().stop();
    assertEquals(0, plugin.opens.get());
  }

  private static void assertServes(RawClient client) throws IOException {
    byte[] data = new byte[1 << 20];
    new Random(1).nextBytes(data);
    client.write(0, 1, 12345, data);
    assertEquals(0, client.chunk().error());
    client.request(READ, 0, 2, 12345, data.length);
    assertArrayEquals(data, assemble(client.chunks(), 12345, data.length));
    client.request(READ, 0, 2, 12345, 100);
    assertArrayEquals(Arrays.copyOf(data, 100), assemble(client.chunks(), 12345, 100));
  }

  @Test
  void require_anyOptionInPlainText_isRefusedAndNothingIsOpened() throws Exception {
    serve(TlsMode.REQUIRE, false);
    try (RawClient client = connect().greet()) {
      for (int option :
          new int[] {LIST, INFO, GO, STRUCTURED_REPLY, LIST_META, SET_META, 11, 1000, -1}) {
        client.option(option, infoPayload(""));
        assertEquals(TLS_REQUIRED, client.reply().type());
      }
      client.option(EXPORT_NAME);
      assertTrue(client.isClosed());
    }
    try (RawClient client = connect().greet()) {
      client.option(ABORT);
      assertEquals(ACK, client.reply().type());
    }
    assertNothingOpened();
  }

  @ParameterizedTest
  @CsvSource({"ON, TLSv1.3", "ON, TLSv1.2", "REQUIRE, TLSv1.3", "REQUIRE, TLSv1.2"})
  void startTls_thenAll_isEncrypted(TlsMode mode, String version) throws Exception {
    serve(mode, false);
    try (RawClient client = connect().greet()) {
      SSLSocket socket = client.startTls(pki.client(), version);
      assertEquals(version, socket.getSession().getProtocol());
      client.option(STRUCTURED_REPLY);
      assertEquals(ACK, client.reply().type());
      client.go("");
      assertServes(client);
      assertTrue(lastOpen.get().tls());
      assertEquals(Optional.empty(), lastOpen.get().peer().flatMap(Peer::name));
    }
  }

  @Test
  void startTls_twiceOrWithData_isInvalid() throws Exception {
    serve(TlsMode.ON, false);
    try (RawClient client = connect().greet()) {
      client.option(STARTTLS, new byte[3]);
      assertEquals(INVALID, client.reply().type());
      client.startTls(pki.client());
      client.option(STARTTLS);
      assertEquals(INVALID, client.reply().type());
      client.go("");
    }
  }

  @Test
  void startTls_withoutFixedNewstyle_isRefused() throws Exception {
    serve(TlsMode.ON, false);
    try (RawClient client = connect().greet(2)) {
      client.option(STARTTLS);
      assertEquals(POLICY, client.reply().type());
    }
  }

  @Test
  void startTls_forgetsWhatWasAgreedOnInPlainText() throws Exception {
    serve(TlsMode.ON, false);
    try (RawClient client = connect().greet()) {
      client.option(EXTENDED_HEADERS);
      assertEquals(ACK, client.reply().type());
      client.option(SET_META, metaPayload("", "base:allocation"));
      assertEquals(2, client.replies().size());
      client.option(INFO, infoPayload(""));
      client.replies();
      assertEquals(1, plugin.opens.get());
      client.startTls(pki.client());
      assertEquals(1, plugin.closes.get());
      client.option(SET_META, metaPayload("", "base:allocation"));
      assertEquals(INVALID, client.reply().type());
      client.go("");
      assertEquals(0, client.flags & (1 << 7 | 1 << 12));
      client.request(READ, 0, 3, 0, 10);
      assertEquals(SIMPLE, client.receive(26).getInt());
      client.request(STATUS, 0, 3, 0, 10);
      assertEquals(22, client.chunk().error());
    }
  }

  /** CVE-2021-3716: what somebody adds in plain text must not count as said over TLS. */
  @Test
  void plainTextSentWithStartTls_closes() throws Exception {
    serve(TlsMode.ON, false);
    for (int more : new int[] {1, 16, 5000}) {
      try (RawClient client = connect().greet()) {
        client.send(
            ByteBuffer.allocate(16 + more)
                .put(optionHeader(STARTTLS, 0).flip())
                .put(Arrays.copyOf(optionHeader(STRUCTURED_REPLY, 0).array(), more)));
        assertEquals(ACK, client.reply().type());
        assertTrue(client.isClosed());
      }
    }
    assertNothingOpened();
  }

  @Test
  void verifyPeer_ownCertificate_isLetInAndNamed() throws Exception {
    serve(TlsMode.REQUIRE, true);
    try (RawClient client = connect().greet()) {
      client.startTls(pki.client("client"));
      client.option(STRUCTURED_REPLY);
      client.reply();
      client.go("");
      assertServes(client);
      Peer peer = lastOpen.get().peer().orElseThrow();
      assertEquals(Optional.of("CN=alice,O=nbdj"), peer.name());
      assertTrue(peer.address().orElseThrow() instanceof InetSocketAddress);
    }
  }

  @Test
  void verifyPeer_noneWrongOrExpiredCertificate_isDropped() throws Exception {
    serve(TlsMode.REQUIRE, true);
    for (SSLContext context : new SSLContext[] {pki.client(), strange(), pki.client("expired")}) {
      try (RawClient client = connect().greet()) {
        assertThrows(
            IOException.class,
            () -> {
              client.startTls(context);
              client.go("");
            });
      }
    }
    assertNothingOpened();
  }

  @Test
  void verifyPeer_revokedCertificate_isDropped() throws Exception {
    Path own = folder.resolve("revoking");
    TestPki revoking = TestPki.in(own);
    revoking.sign("revoked", "/CN=mallory", 2);
    revoking.revoke("revoked");
    server =
        NbdServer.builder()
            .plugin("ram", plugin)
            .listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .tls(TlsMode.REQUIRE, TlsCertificates.load(own, true))
            .start();
    try (RawClient client = connect().greet()) {
      client.startTls(revoking.client("client"));
      client.option(LIST);
      assertEquals(ACK, client.replies().getLast().type());
    }
    try (RawClient client = connect().greet()) {
      SSLContext revoked = revoking.client("revoked");
      assertThrows(
          IOException.class,
          () -> {
            client.startTls(revoked);
            client.go("");
          });
    }
    assertNothingOpened();
  }

  /** Make a client with a certificate of an authority that the server does not know. */
  private static SSLContext strange() throws Exception {
    for (String part : new String[] {"-cert.pem", "-key.pem"}) {
      Files.copy(
          others.folder().resolve("client" + part),
          pki.folder().resolve("strange" + part),
          StandardCopyOption.REPLACE_EXISTING);
    }
    return pki.client("strange");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET / HTTP/1.1\r\n\r\n", "\u0016\u0003\u0001\u00ff\u00ff", "\u0000"})
  void garbageInsteadOfAHello_isDropped(String garbage) throws Exception {
    serve(TlsMode.REQUIRE, false);
    try (RawClient client = connect().greet()) {
      client.option(STARTTLS);
      assertEquals(ACK, client.reply().type());
      byte[] bytes = garbage.repeat(200).getBytes(StandardCharsets.ISO_8859_1);
      client.send(ByteBuffer.allocate(bytes.length).put(bytes));
      client.socket().shutdownOutput();
      try {
        // An alert may come before the end.
        client.receive(1 << 20);
        throw new AssertionError("not dropped");
      } catch (IOException expected) {
        assertNothingOpened();
      }
    }
  }

  @Test
  void silenceOrHalfARecord_isCutWhenTheHandshakeTakesTooLong() throws Exception {
    server =
        NbdServer.builder()
            .plugin("ram", plugin)
            .listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .handshakeTimeout(Duration.ofMillis(300))
            .tls(TlsMode.REQUIRE, TlsCertificates.load(pki.folder(), false))
            .start();
    for (byte[] sent : new byte[][] {{}, {22, 3, 1, 2}, {22, 3, 1, 2, 0, 1, 0}}) {
      try (RawClient client = connect().greet()) {
        client.option(STARTTLS);
        client.reply();
        client.send(ByteBuffer.allocate(sent.length).put(sent));
        assertTrue(client.isClosed());
      }
    }
    assertNothingOpened();
  }

  @Test
  void hangUpWithoutGoodbye_endsTheConnection() throws Exception {
    serve(TlsMode.REQUIRE, false);
    try (RawClient client = connect().greet()) {
      client.startTls(pki.client());
      client.go("");
      client.socket().shutdownOutput();
      assertTrue(client.isClosed());
    }
    running().stop();
    assertEquals(1, plugin.closes.get());
  }

  @Test
  void disconnect_isAnsweredByTheGoodbyeOfTls() throws Exception {
    serve(TlsMode.REQUIRE, false);
    try (RawClient client = connect().greet()) {
      client.startTls(pki.client());
      client.go("");
      client.request(DISC, 0, 0, 0, 0);
      // Without a goodbye the JDK's socket would throw.
      assertTrue(client.isClosed());
    }
  }

  @Test
  void renegotiation_isRefused() throws Exception {
    serve(TlsMode.REQUIRE, false);
    try (RawClient client = connect().greet()) {
      SSLSocket socket = client.startTls(pki.client(), "TLSv1.2");
      assertEquals("TLSv1.2", socket.getSession().getProtocol());
      socket.getSession().invalidate();
      assertThrows(
          IOException.class,
          () -> {
            socket.startHandshake();
            socket.getInputStream().read();
          });
    }
    assertNothingOpened();
  }

  @Test
  void keysRenewed_inTheMiddle_goesOn() throws Exception {
    serve(TlsMode.REQUIRE, false);
    try (RawClient client = connect().greet()) {
      SSLSocket socket = client.startTls(pki.client());
      client.option(STRUCTURED_REPLY);
      client.reply();
      client.go("");
      for (int i = 0; i < 3; i++) {
        assertServes(client);
        // In TLS 1.3 this asks for new keys.
        socket.startHandshake();
      }
      assertServes(client);
    }
  }

  @Test
  void filesSentByTheKernel_areEncryptedToo() throws Exception {
    byte[] content = new byte[3 << 20];
    new Random(3).nextBytes(content);
    Path file = Files.write(folder.resolve("content"), content);
    try (FileChannel channel = FileChannel.open(file)) {
      RamPlugin files =
          new RamPlugin(content.length) {
            @Override
            public PluginHandle open(OpenRequest request) throws IOException {
              super.open(request);
              return new Handle() {
                @Override
                public void read(long offset, long count, ReadSink sink) throws IOException {
                  sink.file(channel, offset, count);
                }
              };
            }
          };
      server =
          NbdServer.builder()
              .plugin("files", files)
              .listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
              .tls(TlsMode.REQUIRE, TlsCertificates.load(pki.folder(), false))
              .start();
      try (RawClient client = connect().greet()) {
        client.startTls(pki.client());
        client.option(STRUCTURED_REPLY);
        client.reply();
        client.go("");
        client.request(READ, 0, 1, 0, content.length);
        assertArrayEquals(content, assemble(client.chunks(), 0, content.length));
      }
    }
  }

  @Test
  void certificatesReloaded_areShownToNewClients() throws Exception {
    Path own = folder.resolve("reloaded");
    TestPki first = TestPki.in(own);
    TlsCertificates certificates = TlsCertificates.load(own, false);
    server =
        NbdServer.builder()
            .plugin("ram", plugin)
            .listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .tls(TlsMode.REQUIRE, certificates)
            .start();
    SSLContext before = first.client();
    try (RawClient old = connect().greet()) {
      old.startTls(before);
      SSLContext after = TestPki.in(own).client();
      certificates.reload();
      try (RawClient next = connect().greet()) {
        next.startTls(after);
      }
      try (RawClient next = connect().greet()) {
        assertThrows(SSLException.class, () -> next.startTls(before));
      }
      Files.writeString(own.resolve("server-key.pem"), "no key");
      assertThrows(IOException.class, certificates::reload);
      try (RawClient next = connect().greet()) {
        next.startTls(after);
      }
      old.go("");
    }
  }

  @Test
  void uri_isOfTlsOnlyWhereItIsRequired() throws Exception {
    serve(TlsMode.ON, false);
    assertEquals("nbd", running().uri().getScheme());
    running().stop();
    serve(TlsMode.REQUIRE, false);
    assertEquals("nbds", running().uri().getScheme());
  }
}
