package nbdj.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import nbdj.client.FakeServer.Option;
import nbdj.client.FakeServer.Peer;
import nbdj.client.FakeServer.Script;
import nbdj.client.NbdRefusedException.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Handshakes, good and bad. */
@Timeout(30)
class HandshakeTests {
  private static final int GO = Protocol.OPT_GO;

  @Test
  void go_allTheServerTells_isInTheFacts() throws Exception {
    String name = "n\u00e9".repeat(1365);
    AtomicReference<Option> go = new AtomicReference<>();
    Script script =
        peer -> {
          assertEquals(3, peer.greet());
          peer.agreeOnAll();
          go.set(peer.option(GO));
          peer.reply(GO, Protocol.REP_INFO, (short) Protocol.INFO_NAME, "canonical");
          peer.reply(GO, Protocol.REP_INFO, (short) Protocol.INFO_DESCRIPTION, "about it");
          peer.reply(GO, Protocol.REP_INFO, (short) 77, "unknown, to be ignored");
          peer.reply(GO, Protocol.REP_INFO, (short) Protocol.INFO_BLOCK_SIZE, 512, 4096, -1);
          peer.show(GO, 12345, 1 | 2 | 1 << 4 | 1 << 8 | 1 << 14);
          peer.awaitGoodbye();
        };
    try (FakeServer server = new FakeServer(script);
        NbdClient client = NbdClient.connect(server.uri(name.replace("\u00e9", "%C3%A9")))) {
      assertEquals(
          new NbdExport(
              name,
              Optional.of("canonical"),
              Optional.of("about it"),
              12345,
              EnumSet.of(ExportFlag.READ_ONLY, ExportFlag.ROTATIONAL, ExportFlag.CAN_MULTI_CONN),
              new BlockSizes(512, 4096, 0xffff_ffffL, true),
              true,
              false,
              List.of("base:allocation")),
          client.export());
      assertTrue(client.export().isReadOnly());
      assertTrue(client.export().canMultiConn());
    }
    ByteBuffer wishes = go.get().data();
    assertEquals(name, go.get().name());
    assertEquals(ByteBuffer.wrap(new byte[] {0, 3, 0, 1, 0, 2, 0, 3}), wishes);
  }

  @Test
  void goUnknownToTheServer_exportNameIsUsed() throws Exception {
    for (int flags : new int[] {3, 1}) {
      Script script =
          peer -> {
            assertEquals(flags, peer.greet(flags));
            peer.disagree(Protocol.OPT_STRUCTURED_REPLY);
            peer.disagree(GO);
            Option name = peer.option(Protocol.OPT_EXPORT_NAME);
            assertEquals("disk", new String(name.data().array(), StandardCharsets.UTF_8));
            peer.send(4096L, (short) FakeServer.FLAGS, new byte[flags == 3 ? 0 : 124]);
            peer.simple(peer.request(), 0);
            peer.send(new byte[] {1, 2, 3});
            peer.awaitGoodbye();
          };
      try (FakeServer server = new FakeServer(script);
          NbdClient client = NbdClient.connect(server.uri("disk"))) {
        assertEquals(4096, client.size());
        assertFalse(client.export().structuredReplies());
        assertFalse(client.export().blockSizes().advertised());
        assertArrayEquals(new byte[] {1, 2, 3}, client.read(0, 3));
      }
    }
  }

  @Test
  void exportNameRefused_isSaidSo() throws Exception {
    Script script =
        peer -> {
          peer.greet();
          peer.disagree(Protocol.OPT_STRUCTURED_REPLY);
          peer.disagree(GO);
          peer.option(Protocol.OPT_EXPORT_NAME);
        };
    try (FakeServer server = new FakeServer(script)) {
      assertTrue(
          assertThrows(NbdDisconnectedException.class, () -> NbdClient.connect(server.uri("disk")))
              .getMessage()
              .endsWith(
                  "closed the connection, by which it says that it refuses the export 'disk'"));
    }
  }

  @Test
  void contextRefused_connectionIsMadeWithout() throws Exception {
    Script script =
        peer -> {
          peer.greet();
          peer.agree(Protocol.OPT_STRUCTURED_REPLY);
          peer.disagree(Protocol.OPT_SET_META_CONTEXT);
          peer.option(GO);
          peer.show(GO, 1000, FakeServer.FLAGS);
          peer.awaitGoodbye();
        };
    try (FakeServer server = new FakeServer(script);
        NbdClient client = server.connect()) {
      assertEquals(List.of(), client.export().contexts());
      assertThrows(UnsupportedOperationException.class, () -> client.blockStatus(0, 1));
      assertThrows(UnsupportedOperationException.class, () -> client.allocation(0, 1));
    }
  }

  @Test
  void listedContexts_areAskedForUpToTheMost() throws Exception {
    Script script =
        peer -> {
          peer.greet();
          peer.agree(Protocol.OPT_STRUCTURED_REPLY);
          Option list = peer.option(Protocol.OPT_LIST_META_CONTEXT);
          assertEquals("disk", list.name());
          assertEquals(ByteBuffer.wrap(new byte[4]), list.data());
          for (String name : List.of("x:a", "base:allocation", "x:b", "x:c")) {
            peer.reply(list.number(), Protocol.REP_META_CONTEXT, 0, name);
          }
          peer.reply(list.number(), Protocol.REP_ACK);
          Option set = peer.option(Protocol.OPT_SET_META_CONTEXT);
          assertEquals("disk", set.name());
          assertEquals(3, set.data().getInt());
          peer.reply(set.number(), Protocol.REP_META_CONTEXT, 1, "base:allocation");
          peer.reply(set.number(), Protocol.REP_META_CONTEXT, 2, "x:a");
          peer.reply(set.number(), Protocol.REP_META_CONTEXT, 3, "x:b");
          peer.reply(set.number(), Protocol.REP_ACK);
          peer.option(GO);
          peer.show(GO, 7, FakeServer.FLAGS);
          peer.awaitGoodbye();
        };
    try (FakeServer server = new FakeServer(script);
        NbdClient client =
            NbdClient.builder()
                .extendedHeaders(false)
                .listedMetaContexts(3)
                .connect(server.uri("disk"))) {
      assertEquals(List.of("base:allocation", "x:a", "x:b"), client.export().contexts());
    }
  }

  @Test
  void serverThatListsNoContexts_isAskedForTheOthers() throws Exception {
    Script script =
        peer -> {
          peer.greet();
          peer.agree(Protocol.OPT_STRUCTURED_REPLY);
          peer.disagree(Protocol.OPT_LIST_META_CONTEXT);
          peer.option(Protocol.OPT_SET_META_CONTEXT);
          peer.reply(
              Protocol.OPT_SET_META_CONTEXT, Protocol.REP_META_CONTEXT, 7, "base:allocation");
          peer.reply(Protocol.OPT_SET_META_CONTEXT, Protocol.REP_ACK);
          peer.option(GO);
          peer.show(GO, 7, FakeServer.FLAGS);
          peer.awaitGoodbye();
        };
    try (FakeServer server = new FakeServer(script);
        NbdClient client =
            NbdClient.builder()
                .extendedHeaders(false)
                .listedMetaContexts(3)
                .connect(server.uri("disk"))) {
      assertEquals(List.of("base:allocation"), client.export().contexts());
    }
  }

  @Test
  void negotiation_allQuestions_areAnswered() throws Exception {
    Script script =
        peer -> {
          peer.greet();
          peer.option(Protocol.OPT_LIST);
          peer.reply(Protocol.OPT_LIST, Protocol.REP_SERVER, 3, "one", "the first");
          peer.reply(Protocol.OPT_LIST, Protocol.REP_SERVER, 0);
          peer.reply(Protocol.OPT_LIST, Protocol.REP_ACK);
          peer.option(Protocol.OPT_INFO);
          peer.reply(Protocol.OPT_INFO, 1 << 31 | 6, "no 'two'");
          peer.agree(Protocol.OPT_STRUCTURED_REPLY);
          Option list = peer.option(Protocol.OPT_LIST_META_CONTEXT);
          assertEquals("one", list.name());
          assertEquals(ByteBuffer.wrap(new byte[] {0, 0, 0, 1, 0, 0, 0, 2, 'x', ':'}), list.data());
          peer.reply(list.number(), Protocol.REP_META_CONTEXT, 0, "x:a");
          peer.reply(list.number(), Protocol.REP_META_CONTEXT, 0, "x:b");
          peer.reply(list.number(), Protocol.REP_ACK);
          Option set = peer.option(Protocol.OPT_SET_META_CONTEXT);
          peer.reply(set.number(), Protocol.REP_META_CONTEXT, 3, "x:a");
          peer.reply(set.number(), Protocol.REP_META_CONTEXT, 4, "x:b");
          peer.reply(set.number(), Protocol.REP_ACK);
          peer.option(GO);
          peer.show(GO, 7, FakeServer.FLAGS);
          FakeServer.Asked status = peer.request();
          peer.chunk(status, Protocol.CHUNK_BLOCK_STATUS, 4, 7, 44);
          peer.last(status, Protocol.CHUNK_BLOCK_STATUS, 3, 7, 33);
          peer.awaitGoodbye();
        };
    try (FakeServer server = new FakeServer(script);
        NbdNegotiation negotiation = NbdClient.builder().negotiate(server.uri())) {
      assertEquals(
          List.of(new ListedExport("one", "the first"), new ListedExport("", "")),
          negotiation.list());
      NbdRefusedException none =
          assertThrows(NbdRefusedException.class, () -> negotiation.info("two"));
      assertEquals(Reason.UNKNOWN, none.reason());
      assertEquals("no 'two'", none.serverText());
      assertEquals(
          "NBD_OPT_INFO: refused by the server: it has no such export (no 'two')",
          none.getMessage());
      negotiation.structuredReplies();
      assertEquals(List.of("x:a", "x:b"), negotiation.listMetaContexts("one", "x:"));
      assertEquals(List.of("x:a", "x:b"), negotiation.setMetaContexts("one", "x:a", "x:b"));
      try (NbdClient client = negotiation.go("one")) {
        assertEquals(List.of("x:a", "x:b"), client.export().contexts());
        var status = client.blockStatus(0, 7);
        assertEquals(List.of(new Extent(0, 7, 33)), status.get("x:a"));
        assertEquals(List.of(new Extent(0, 7, 44)), status.get("x:b"));
      }
      assertThrows(IllegalStateException.class, negotiation::list);
    }
  }

  @Test
  void contextsSelectedForAnotherExport_doNotCount() throws Exception {
    Script script =
        peer -> {
          peer.greet();
          peer.agreeOnAll();
          peer.option(GO);
          peer.show(GO, 7, FakeServer.FLAGS);
          peer.awaitGoodbye();
        };
    try (FakeServer server = new FakeServer(script);
        NbdNegotiation negotiation = NbdClient.builder().negotiate(server.uri())) {
      negotiation.structuredReplies();
      negotiation.setMetaContexts("one", "base:allocation");
      try (NbdClient client = negotiation.go("other")) {
        assertEquals(List.of(), client.export().contexts());
      }
    }
  }

  @Test
  void listAndInfo_leaveInGoodOrder() throws Exception {
    Script list =
        peer -> {
          peer.greet();
          peer.agree(Protocol.OPT_LIST);
          peer.option(Protocol.OPT_ABORT);
        };
    Script info =
        peer -> {
          peer.greet();
          peer.agreeOnAll();
          peer.option(Protocol.OPT_INFO);
          peer.show(Protocol.OPT_INFO, 7, 1);
          peer.option(Protocol.OPT_ABORT);
        };
    try (FakeServer server = new FakeServer(list, info)) {
      assertEquals(List.of(), NbdClient.builder().list(server.uri()));
      assertEquals(7, NbdClient.builder().info(server.uri()).size());
    }
  }

  static Stream<Arguments> badHandshakes() {
    return Stream.of(
        bad("is no NBD server: it began with 0x5353482d322e302d", peer -> peer.send("SSH-2.0-xx")),
        bad(
            "speaks the oldstyle protocol",
            peer -> peer.send(Protocol.GREETING, Protocol.OLDSTYLE_MAGIC, 0L)),
        bad("where NBD servers say IHAVEOPT", peer -> peer.send(Protocol.GREETING, 1L)),
        bad(
            "but not fixed newstyle",
            peer -> peer.send(Protocol.GREETING, Protocol.OPTION_MAGIC, (short) 0)),
        bad("closed the connection during the greeting", peer -> peer.send(1)),
        bad(
            "NBD_OPT_STRUCTURED_REPLY: refused by the server: it demands TLS, for which the URI"
                + " begins with nbds (use TLS)",
            peer -> {
              peer.greet();
              peer.option();
              peer.reply(Protocol.OPT_STRUCTURED_REPLY, 1 << 31 | 5, "use TLS");
            }),
        bad(
            "NBD_OPT_STRUCTURED_REPLY: refused by the server: it is shutting down",
            peer -> {
              peer.greet();
              peer.option();
              peer.reply(Protocol.OPT_STRUCTURED_REPLY, 1 << 31 | 7);
            }),
        bad(
            "reply to NBD_OPT_STRUCTURED_REPLY names NBD_OPT_LIST",
            peer -> {
              peer.greet();
              peer.option();
              peer.reply(Protocol.OPT_LIST, Protocol.REP_ACK);
            }),
        bad(
            "reply to NBD_OPT_STRUCTURED_REPLY is 1 bytes too long",
            peer -> {
              peer.greet();
              peer.option();
              peer.reply(Protocol.OPT_STRUCTURED_REPLY, Protocol.REP_ACK, "x");
            }),
        bad(
            "reply to NBD_OPT_STRUCTURED_REPLY is of type 3, which is none for it",
            peer -> {
              peer.greet();
              peer.option();
              peer.reply(Protocol.OPT_STRUCTURED_REPLY, Protocol.REP_INFO);
            }),
        bad(
            "reply to NBD_OPT_STRUCTURED_REPLY begins with 0x1 instead",
            peer -> {
              peer.greet();
              peer.option();
              peer.send(1L, new byte[12]);
            }),
        bad(
            "reply to NBD_OPT_STRUCTURED_REPLY has 4294967295 bytes, 8256 is the most",
            peer -> {
              peer.greet();
              peer.option();
              peer.send(Protocol.OPTION_REPLY_MAGIC, Protocol.OPT_STRUCTURED_REPLY, 1, -1);
            }),
        badGo(
            "described the export '' without NBD_INFO_EXPORT",
            peer -> peer.reply(GO, Protocol.REP_ACK)),
        badGo(
            "the export has 18446744073709551615 bytes, more than 2^63-1",
            peer -> peer.reply(GO, Protocol.REP_INFO, (short) 0, -1L, (short) 1)),
        badGo(
            "the server's transmission flags 0x0002 lack NBD_FLAG_HAS_FLAGS",
            peer -> peer.reply(GO, Protocol.REP_INFO, (short) 0, 1L, (short) 2)),
        badGo(
            "reply to NBD_OPT_GO ends 2 bytes too early",
            peer -> peer.reply(GO, Protocol.REP_INFO, (short) 0, 1L)),
        badGo(
            "the server's block sizes are impossible: minimum 3, preferred 4096, maximum 8192",
            peer -> peer.reply(GO, Protocol.REP_INFO, (short) 3, 3, 4096, 8192)),
        badGo(
            "the server's block sizes are impossible: minimum 512, preferred 4096, maximum 256",
            peer -> peer.reply(GO, Protocol.REP_INFO, (short) 3, 512, 4096, 256)),
        badGo(
            "NBD_OPT_GO: refused by the server: its policy forbids it (not for you)",
            peer -> peer.reply(GO, 1 << 31 | 2, "not for you")));
  }

  private static Arguments bad(String message, Script script) {
    return arguments(message, script);
  }

  private static Arguments badGo(String message, Script script) {
    return bad(
        message,
        peer -> {
          peer.greet();
          peer.agreeOnAll();
          peer.option(GO);
          script.run(peer);
        });
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badHandshakes")
  void badHandshake_endsWithASentence(String message, Script script) throws IOException {
    Script untilTheEnd =
        peer -> {
          script.run(peer);
          if (!message.startsWith("closed")) {
            peer.awaitEnd();
          }
        };
    try (FakeServer server = new FakeServer(untilTheEnd)) {
      String said =
          assertThrows(
                  NbdClientException.class,
                  () -> NbdClient.builder().extendedHeaders(false).connect(server.uri()))
              .getMessage();
      assertTrue(said.contains(message), said);
    }
  }

  @Test
  void silentServer_timeOut_isSaidSo() throws Exception {
    try (FakeServer server = new FakeServer(Peer::awaitEnd)) {
      NbdClientBuilder builder = NbdClient.builder().timeout(Duration.ofMillis(100));
      assertTrue(
          assertThrows(NbdDisconnectedException.class, () -> builder.connect(server.uri()))
              .getMessage()
              .endsWith("did not answer within PT0.1S during the handshake"));
    }
  }

  @Test
  void silentServer_interrupt_endsTheAttempt() throws Exception {
    try (FakeServer server = new FakeServer(Peer::awaitEnd)) {
      Thread.currentThread().interrupt();
      assertThrows(NbdDisconnectedException.class, server::connect);
      assertTrue(Thread.interrupted());
    }
  }

  @Test
  void nobodyListens_connect_saysSo(@TempDir Path folder) {
    URI unix = URI.create("nbd+unix:///?socket=" + folder.resolve("none"));
    String message =
        assertThrows(NbdDisconnectedException.class, () -> NbdClient.connect(unix)).getMessage();
    assertTrue(message.startsWith(folder.resolve("none") + ": cannot connect: "), message);
    URI tcp = URI.create("nbd://127.0.0.1:1/");
    String refused =
        assertThrows(NbdDisconnectedException.class, () -> NbdClient.connect(tcp)).getMessage();
    assertEquals("127.0.0.1:1: cannot connect: Connection refused", refused);
  }

  @Test
  void fullQueue_timeOut_isSaidSo(@TempDir Path folder) throws Exception {
    Path socket = folder.resolve("socket");
    List<SocketChannel> queued = new ArrayList<>();
    try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(UnixDomainSocketAddress.of(socket), 1);
      fill(queued, socket);
      NbdClientBuilder builder = NbdClient.builder().timeout(Duration.ofMillis(50));
      URI uri = URI.create("nbd+unix:///?socket=" + socket);
      assertTrue(
          assertThrows(NbdDisconnectedException.class, () -> builder.connect(uri))
              .getMessage()
              .endsWith("cannot connect: the server takes no connection in time"));
    } finally {
      for (SocketChannel channel : queued) {
        channel.close();
      }
    }
  }

  /** Connect until the queue is full, which is no longer than the machine's somaxconn. */
  private static void fill(List<SocketChannel> queued, Path socket) throws IOException {
    try {
      for (int i = 0; i < 10_000; i++) {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        queued.add(channel);
        channel.configureBlocking(false);
        channel.connect(UnixDomainSocketAddress.of(socket));
      }
    } catch (SocketException full) {
      return;
    }
    throw new IOException("the queue does not become full");
  }
}
