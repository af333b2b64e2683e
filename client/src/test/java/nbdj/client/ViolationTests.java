package nbdj.client;

import static nbdj.client.Protocol.CHUNK_BLOCK_STATUS;
import static nbdj.client.Protocol.CHUNK_ERROR;
import static nbdj.client.Protocol.CHUNK_ERROR_OFFSET;
import static nbdj.client.Protocol.CHUNK_NONE;
import static nbdj.client.Protocol.CHUNK_OFFSET_DATA;
import static nbdj.client.Protocol.CHUNK_OFFSET_HOLE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import nbdj.client.FakeServer.Asked;
import nbdj.client.FakeServer.Peer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A server that breaks the protocol is told so, and its data goes nowhere. */
@Timeout(30)
class ViolationTests {
  private static final byte[] TEN = new byte[10];

  /** What a server answers to a request. */
  interface Answer {
    void to(Asked asked, Peer peer) throws IOException;
  }

  /** What a client asks. */
  interface Question {
    void of(NbdClient client) throws NbdClientException;
  }

  private static final Question READ = client -> client.read(100, 10);
  private static final Question WHOLE = client -> client.read(100, 10, CommandFlag.DONT_FRAGMENT);
  private static final Question FLUSH = NbdClient::flush;
  private static final Question STATUS = client -> client.blockStatus(100, 50);
  private static final Question ONE =
      client -> client.blockStatus(100, 50, CommandFlag.REQUEST_ONE);

  private static Arguments wrong(String message, Question question, Answer answer) {
    return arguments(message, question, answer);
  }

  private static void failureOf(CompletableFuture<Void> future) throws NbdClientException {
    try {
      future.join();
    } catch (CompletionException e) {
      throw assertInstanceOf(NbdClientException.class, e.getCause());
    }
  }

  static Stream<Arguments> structured() {
    String read = "the server answered a read of 10 bytes at 100 with ";
    String status = "the server answered a block status of 50 bytes at 100 with ";
    String flush = "the server answered a flush with ";
    return Stream.of(
        wrong(
            "the server sent 0x12345678 where a reply begins",
            READ,
            (asked, peer) -> peer.send(0x12345678, TEN)),
        wrong(
            "the server sent a reply with the cookie 18446744073709551615, which no request under"
                + " way has",
            READ,
            (asked, peer) -> peer.send(Protocol.SIMPLE_REPLY_MAGIC, 0, -1L)),
        wrong(
            "the server sent a reply with the cookie 2, which no request under way has",
            client -> {
              CompletableFuture<Void> left = client.readAsync(ByteBuffer.allocate(10), 0);
              client.flush();
              failureOf(left);
            },
            (asked, peer) -> {
              Asked second = peer.request();
              peer.send(
                  Protocol.SIMPLE_REPLY_MAGIC,
                  0,
                  second.cookie(),
                  Protocol.SIMPLE_REPLY_MAGIC,
                  0,
                  second.cookie());
            }),
        wrong(
            read + "a simple reply, though structured replies were agreed on",
            READ,
            (asked, peer) -> peer.simple(asked, 0)),
        wrong(
            read + "8 bytes at 99, which are not all inside the range asked for",
            READ,
            (asked, peer) -> peer.last(asked, CHUNK_OFFSET_DATA, 99L, 0L)),
        wrong(
            read + "10 bytes at 101, which are not all inside the range asked for",
            READ,
            (asked, peer) -> peer.last(asked, CHUNK_OFFSET_DATA, 101L, TEN)),
        wrong(
            read + "1 bytes at 18446744073709551615, which are not all inside the range asked for",
            READ,
            (asked, peer) -> peer.last(asked, CHUNK_OFFSET_HOLE, -1L, 1)),
        wrong(
            read + "4294967295 bytes at 100, which are not all inside the range asked for",
            READ,
            (asked, peer) -> peer.last(asked, CHUNK_OFFSET_HOLE, 100L, -1)),
        wrong(
            read + "3 bytes at 103, some of which it had sent already",
            READ,
            (asked, peer) -> {
              peer.chunk(asked, CHUNK_OFFSET_DATA, 105L, (short) 1);
              peer.chunk(asked, CHUNK_OFFSET_DATA, 100L, (short) 1);
              peer.chunk(asked, CHUNK_OFFSET_DATA, 103L, (short) 1, "x");
            }),
        wrong(
            read + "success, but left out 3 bytes, the first of them at 102",
            READ,
            (asked, peer) -> {
              peer.chunk(asked, CHUNK_OFFSET_DATA, 104L, (short) 1);
              peer.chunk(asked, CHUNK_OFFSET_HOLE, 107L, 3);
              peer.last(asked, CHUNK_OFFSET_DATA, 100L, (short) 1);
            }),
        wrong(
            read + "success, but left out 10 bytes, the first of them at 100",
            READ,
            (asked, peer) -> peer.last(asked, CHUNK_NONE)),
        wrong(
            read + "a data chunk of 8 bytes, which has no data",
            READ,
            (asked, peer) -> peer.last(asked, CHUNK_OFFSET_DATA, 100L)),
        wrong(
            read + "a hole chunk of 16 bytes instead of 12",
            READ,
            (asked, peer) -> peer.last(asked, CHUNK_OFFSET_HOLE, 100L, 10L)),
        wrong(
            read + "a hole of no bytes",
            READ,
            (asked, peer) -> peer.last(asked, CHUNK_OFFSET_HOLE, 100L, 0)),
        wrong(
            read + "more than one piece though NBD_CMD_FLAG_DF was given",
            WHOLE,
            (asked, peer) -> {
              peer.chunk(asked, CHUNK_OFFSET_DATA, 100L, (short) 1);
              peer.last(asked, CHUNK_OFFSET_DATA, 102L, 1L);
            }),
        wrong(
            read + "a chunk NBD_REPLY_TYPE_NONE that is not the last",
            READ,
            (asked, peer) -> peer.chunk(asked, CHUNK_NONE)),
        wrong(
            read + "a chunk NBD_REPLY_TYPE_NONE of 1 bytes",
            READ,
            (asked, peer) -> peer.last(asked, CHUNK_NONE, "x")),
        wrong(
            read + "a chunk type 77, which is none for this command",
            READ,
            (asked, peer) -> peer.last(asked, 77, TEN)),
        wrong(
            read + "a chunk NBD_REPLY_TYPE_BLOCK_STATUS, which is none for this command",
            READ,
            (asked, peer) -> peer.last(asked, CHUNK_BLOCK_STATUS, 7, 1L)),
        wrong(
            flush + "a chunk NBD_REPLY_TYPE_OFFSET_DATA, which is none for this command",
            FLUSH,
            (asked, peer) -> peer.last(asked, CHUNK_OFFSET_DATA, 0L, "x")),
        wrong(
            read + "an error chunk whose error is 0",
            READ,
            (asked, peer) -> peer.last(asked, CHUNK_ERROR, 0, (short) 0)),
        wrong(
            read + "a chunk NBD_REPLY_TYPE_ERROR of 4 bytes, which cannot be",
            READ,
            (asked, peer) -> peer.last(asked, CHUNK_ERROR, 5)),
        wrong(
            read + "an error chunk of 8 bytes with a text of 3",
            READ,
            (asked, peer) -> peer.last(asked, CHUNK_ERROR, 5, (short) 3, "no")),
        wrong(
            read + "an error at 110, which is outside its range",
            READ,
            (asked, peer) -> peer.last(asked, CHUNK_ERROR_OFFSET, 5, (short) 0, 110L)),
        wrong(
            read + "an error at 99, which is outside its range",
            READ,
            (asked, peer) -> peer.last(asked, CHUNK_ERROR_OFFSET, 5, (short) 0, 99L)),
        wrong(
            status + "a simple reply, though structured replies were agreed on",
            STATUS,
            (asked, peer) -> peer.simple(asked, 0)),
        wrong(
            status + "no chunk for context base:allocation",
            STATUS,
            (asked, peer) -> peer.last(asked, CHUNK_NONE)),
        wrong(
            status + "a chunk for context 8, which was not selected",
            STATUS,
            (asked, peer) -> peer.last(asked, CHUNK_BLOCK_STATUS, 8, 50, 0)),
        wrong(
            status + "two chunks for context base:allocation",
            STATUS,
            (asked, peer) -> {
              peer.chunk(asked, CHUNK_BLOCK_STATUS, 7, 50, 0);
              peer.last(asked, CHUNK_BLOCK_STATUS, 7, 50, 0);
            }),
        wrong(
            status + "a chunk of 4 bytes instead of 4 and 8 for each of its extents",
            STATUS,
            (asked, peer) -> peer.last(asked, CHUNK_BLOCK_STATUS, 7)),
        wrong(
            status + "a chunk of 16 bytes instead of 4 and 8 for each of its extents",
            STATUS,
            (asked, peer) -> peer.last(asked, CHUNK_BLOCK_STATUS, 7, 50, 0, 1)),
        wrong(
            status + "an extent of no bytes at 110",
            STATUS,
            (asked, peer) -> peer.last(asked, CHUNK_BLOCK_STATUS, 7, 10, 0, 0, 1)),
        wrong(
            status + "an extent that begins at 150, behind the range",
            STATUS,
            (asked, peer) -> peer.last(asked, CHUNK_BLOCK_STATUS, 7, 50, 0, 1, 1)),
        wrong(
            status + "2 extents though one was asked for",
            ONE,
            (asked, peer) -> peer.last(asked, CHUNK_BLOCK_STATUS, 7, 1, 0, 1, 1)),
        wrong(
            status + "one extent of 51 bytes, longer than the range",
            ONE,
            (asked, peer) -> peer.last(asked, CHUNK_BLOCK_STATUS, 7, 51, 0)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("structured")
  void wrongAnswer_isNamedAndEndsTheConnection(String message, Question question, Answer answer)
      throws IOException {
    FakeServer.Script script =
        peer -> {
          answer.to(peer.serve(1000).request(), peer);
          peer.awaitEnd();
        };
    try (FakeServer server = new FakeServer(script);
        NbdClient client = server.connect()) {
      NbdProtocolException e = assertThrows(NbdProtocolException.class, () -> question.of(client));
      assertEquals(message, e.getMessage());
      assertFalse(client.isOpen());
      assertEquals(
          client(server) + ": there is no connection any more: " + message,
          assertThrows(NbdDisconnectedException.class, client::flush).getMessage());
    }
  }

  private static String client(FakeServer server) {
    return server.uri().getQuery().replace("socket=", "");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("simple")
  void wrongAnswerWithoutStructuredReplies_isNamed(String message, Question question, Answer answer)
      throws IOException {
    FakeServer.Script script =
        peer -> {
          answer.to(peer.serveSimple(1000).request(), peer);
          peer.awaitEnd();
        };
    try (FakeServer server = new FakeServer(script);
        NbdClient client = server.connect()) {
      assertEquals(
          message,
          assertThrows(NbdProtocolException.class, () -> question.of(client)).getMessage());
    }
  }

  static Stream<Arguments> simple() {
    return Stream.of(
        wrong(
            "the server answered a read of 10 bytes at 100 with a structured reply, though none"
                + " were agreed on",
            READ,
            (asked, peer) -> peer.last(asked, CHUNK_OFFSET_DATA, 100L, TEN)));
  }
}
