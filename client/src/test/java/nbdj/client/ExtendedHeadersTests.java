package nbdj.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import nbdj.client.FakeServer.Asked;
import nbdj.client.FakeServer.Peer;
import nbdj.client.FakeServer.Script;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Lengths of 64 bits, with a server that knows them. */
@Timeout(60)
class ExtendedHeadersTests {
  private static final long SIZE = 1L << 50;

  /** Answers the one request of a test. */
  @FunctionalInterface
  interface Answer {
    void send(Asked asked, Peer peer) throws Exception;
  }

  private static Script answering(Answer answer) {
    return peer -> {
      peer.serveExtended(SIZE);
      answer.send(peer.extendedRequest(), peer);
      peer.awaitEnd();
    };
  }

  @Test
  void readAndWrite_carryTheirBytes() throws Exception {
    Script script =
        peer -> {
          peer.serveExtended(SIZE);
          Asked write = peer.extendedRequest();
          assertEquals(Protocol.FLAG_PAYLOAD_LEN | 1, write.flags());
          assertArrayEquals(new byte[] {1, 2, 3}, write.data().array());
          peer.lastExtended(write, Protocol.CHUNK_NONE);
          Asked read = peer.extendedRequest();
          assertEquals(0, read.flags());
          peer.lastExtended(read, Protocol.CHUNK_OFFSET_DATA, read.offset(), new byte[] {4, 5});
          peer.awaitEnd();
        };
    try (FakeServer server = new FakeServer(script);
        NbdClient client = server.connect()) {
      assertTrue(client.export().extendedHeaders());
      assertTrue(client.export().structuredReplies());
      assertTrue(client.export().has(ExportFlag.BLOCK_STATUS_PAYLOAD));
      client.write(new byte[] {1, 2, 3}, 1L << 40, CommandFlag.FUA);
      assertArrayEquals(new byte[] {4, 5}, client.read(1L << 41, 2));
    }
  }

  @Test
  void rangesOfTerabytes_areOneRequest() throws Exception {
    Script script =
        peer -> {
          peer.serveExtended(SIZE);
          for (Command command : List.of(Command.WRITE_ZEROES, Command.TRIM)) {
            Asked asked = peer.extendedRequest();
            assertEquals(command.number(), asked.type());
            assertEquals(SIZE, asked.count());
            peer.lastExtended(asked, Protocol.CHUNK_NONE);
          }
          Asked status = peer.extendedRequest();
          assertEquals(SIZE, status.count());
          peer.lastExtended(
              status, Protocol.CHUNK_BLOCK_STATUS_EXT, 7, 2, 1L << 40, 3L, SIZE - (1L << 40), 0L);
          peer.awaitEnd();
        };
    try (FakeServer server = new FakeServer(script);
        NbdClient client = server.connect()) {
      client.writeZeroes(0, SIZE);
      client.trim(0, SIZE);
      assertEquals(
          Map.of(
              "base:allocation",
              List.of(new Extent(0, 1L << 40, 3), new Extent(1L << 40, SIZE - (1L << 40), 0))),
          client.blockStatus(0, SIZE));
    }
  }

  @Test
  void compactStatus_isTakenToo() throws Exception {
    Script script =
        answering(
            (asked, peer) -> peer.lastExtended(asked, Protocol.CHUNK_BLOCK_STATUS, 7, 4096, 2));
    try (FakeServer server = new FakeServer(script);
        NbdClient client = server.connect()) {
      assertEquals(
          List.of(new Extent(0, 4096, 2)), client.blockStatus(0, 8192).get("base:allocation"));
    }
  }

  @Test
  void extendedHeaders_notWanted_areNotAskedFor() throws Exception {
    Script script =
        peer -> {
          peer.greet();
          assertEquals(Protocol.OPT_STRUCTURED_REPLY, peer.option().number());
          peer.reply(Protocol.OPT_STRUCTURED_REPLY, 1 << 31 | 1);
          peer.option(Protocol.OPT_GO);
          peer.show(Protocol.OPT_GO, 4096, FakeServer.FLAGS);
          peer.awaitGoodbye();
        };
    try (FakeServer server = new FakeServer(script);
        NbdClient client = NbdClient.builder().extendedHeaders(false).connect(server.uri())) {
      assertFalse(client.export().extendedHeaders());
    }
  }

  static Stream<Arguments> violations() {
    int ext = Protocol.CHUNK_BLOCK_STATUS_EXT;
    return Stream.of(
        wrong(
            "where an extended reply begins",
            (asked, peer) -> peer.last(asked, Protocol.CHUNK_NONE)),
        wrong("where an extended reply begins", (asked, peer) -> peer.simple(asked, 0)),
        wrong(
            "a chunk for the offset 101 instead of its own",
            (asked, peer) ->
                peer.send(
                    Protocol.EXTENDED_REPLY_MAGIC, (short) 1, (short) 0, asked.cookie(), 101L, 0L)),
        wrong(
            "a chunk of 18446744073709551615 bytes",
            (asked, peer) ->
                peer.send(
                    Protocol.EXTENDED_REPLY_MAGIC,
                    (short) 1,
                    (short) ext,
                    asked.cookie(),
                    100L,
                    -1L)),
        wrong(
            "a chunk of 1 extents that tells of 2",
            (asked, peer) -> peer.lastExtended(asked, ext, 7, 2, 50L, 0L)),
        wrong(
            "a chunk of 8 bytes instead of 8 and 16 for each of its extents",
            (asked, peer) -> peer.lastExtended(asked, ext, 7, 0)),
        wrong(
            "an extent of 18446744073709551615 bytes at 100",
            (asked, peer) -> peer.lastExtended(asked, ext, 7, 1, -1L, 0L)),
        wrong(
            "an extent of 9223372036854775807 bytes at 110",
            (asked, peer) -> peer.lastExtended(asked, ext, 7, 2, 10L, 0L, Long.MAX_VALUE, 0L)),
        wrong(
            "an extent of no bytes at 100",
            (asked, peer) -> peer.lastExtended(asked, ext, 7, 0, 0L, 0L)));
  }

  private static Arguments wrong(String message, Answer answer) {
    return Arguments.of(message, answer);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("violations")
  void reply_wrong_endsTheConnection(String message, Answer answer) throws Exception {
    try (FakeServer server = new FakeServer(answering(answer));
        NbdClient client = server.connect()) {
      NbdProtocolException failure =
          assertThrows(NbdProtocolException.class, () -> client.blockStatus(100, 50));
      assertTrue(failure.getMessage().endsWith(message), failure.getMessage());
      assertFalse(client.isOpen());
    }
  }
}
