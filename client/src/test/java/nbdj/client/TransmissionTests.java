package nbdj.client;

import static nbdj.client.Protocol.CHUNK_BLOCK_STATUS;
import static nbdj.client.Protocol.CHUNK_ERROR;
import static nbdj.client.Protocol.CHUNK_ERROR_OFFSET;
import static nbdj.client.Protocol.CHUNK_NONE;
import static nbdj.client.Protocol.CHUNK_OFFSET_DATA;
import static nbdj.client.Protocol.CHUNK_OFFSET_HOLE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import nbdj.client.FakeServer.Asked;
import nbdj.client.FakeServer.Peer;
import nbdj.client.FakeServer.Script;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests and replies, over a server that says what the test wants. */
@Timeout(30)
class TransmissionTests {
  /** Soon over, and yet long enough for a handshake on a busy machine. */
  private static final Duration HASTE = Duration.ofSeconds(1);

  private static byte[] filled(int count, int value) {
    byte[] bytes = new byte[count];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  /** Answer a read with one value. */
  private static void answer(Peer peer, Asked read, int value) throws IOException {
    peer.last(read, CHUNK_OFFSET_DATA, read.offset(), filled((int) read.count(), value));
  }

  @Test
  void read_piecesInAnyOrder_fillTheBuffer() throws Exception {
    Script script =
        peer -> {
          Asked read = peer.serve(1000).request();
          peer.chunk(read, CHUNK_OFFSET_DATA, 106L, filled(4, 3));
          peer.chunk(read, CHUNK_OFFSET_HOLE, 102L, 4);
          peer.chunk(read, CHUNK_OFFSET_DATA, 100L, filled(2, 1));
          peer.last(read, CHUNK_NONE);
          peer.awaitGoodbye();
        };
    try (FakeServer server = new FakeServer(script);
        NbdClient client = server.connect()) {
      ByteBuffer target = ByteBuffer.wrap(filled(20, 9)).position(5).limit(15);
      client.read(target, 100);
      assertEquals(15, target.position());
      assertArrayEquals(
          new byte[] {9, 9, 9, 9, 9, 1, 1, 0, 0, 0, 0, 3, 3, 3, 3, 9, 9, 9, 9, 9}, target.array());
    }
  }

  @Test
  void manyReads_answeredBackwards_getTheirOwnBytes() throws Exception {
    int count = 50;
    Script script =
        peer -> {
          peer.serve(1000);
          List<Asked> reads = new ArrayList<>();
          for (int i = 0; i < count; i++) {
            reads.add(peer.request());
          }
          Collections.reverse(reads);
          for (Asked read : reads) {
            answer(peer, read, (int) read.offset());
          }
          peer.awaitGoodbye();
        };
    try (FakeServer server = new FakeServer(script);
        NbdClient client = server.connect()) {
      List<ByteBuffer> buffers = new ArrayList<>();
      List<CompletableFuture<Void>> futures = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        buffers.add(ByteBuffer.allocateDirect(3));
        futures.add(client.readAsync(buffers.getLast(), i));
      }
      for (int i = 0; i < count; i++) {
        futures.get(i).get();
        assertEquals(ByteBuffer.wrap(filled(3, i)), buffers.get(i));
      }
      assertEquals(0, client.inFlight());
    }
  }

  @Test
  void manyThreads_oneConnection_eachGetsItsAnswer() throws Exception {
    int threads = 8;
    int rounds = 100;
    Script script =
        peer -> {
          peer.serve(1 << 20);
          for (int i = 0; i < threads * rounds; i++) {
            Asked read = peer.request();
            answer(peer, read, (int) (read.offset() % 251));
          }
          peer.awaitGoodbye();
        };
    try (FakeServer server = new FakeServer(script);
        NbdClient client = server.connect()) {
      List<CompletableFuture<Void>> done = new ArrayList<>();
      for (int thread = 0; thread < threads; thread++) {
        int base = thread * 10_000;
        CompletableFuture<Void> result = new CompletableFuture<>();
        done.add(result);
        Thread.ofPlatform()
            .start(() -> {
              try {
                for (int i = 0; i < rounds; i++) {
                  assertArrayEquals(filled(20, (base + i) % 251), client.read(base + i, 20));
                }
                result.complete(null);
              } catch (IOException | AssertionError e) {
                result.completeExceptionally(e);
              }
            });
      }
      for (CompletableFuture<Void> result : done) {
        result.get();
      }
    }
  }

  @Test
  void commands_reachTheServerAsAsked() throws Exception {
    List<Asked> asked = Collections.synchronizedList(new ArrayList<>());
    Script script =
        peer -> {
          peer.serve(1000);
          for (int i = 0; i < 5; i++) {
            asked.add(peer.request());
            peer.simple(asked.getLast(), 0);
          }
          peer.awaitGoodbye();
        };
    try (FakeServer server = new FakeServer(script);
        NbdClient client = server.connect()) {
      client.write(new byte[] {1, 2}, 4, CommandFlag.FUA);
      client.flush();
      client.trim(8, 16);
      client.writeZeroes(32, 64, CommandFlag.FUA, CommandFlag.NO_HOLE, CommandFlag.FAST_ZERO);
      client.cache(1, 999);
    }
    assertEquals(
        List.of(
            new Asked(1, 1, 1, 4, 2, ByteBuffer.wrap(new byte[] {1, 2})),
            new Asked(0, 3, 2, 0, 0, ByteBuffer.allocate(0)),
            new Asked(0, 4, 3, 8, 16, ByteBuffer.allocate(0)),
            new Asked(1 | 2 | 16, 6, 4, 32, 64, ByteBuffer.allocate(0)),
            new Asked(0, 5, 5, 1, 999, ByteBuffer.allocate(0))),
        asked);
  }

  @Test
  void blockStatus_isToldByContext() throws Exception {
    Script script =
        peer -> {
          Asked asked = peer.serve(1000).request();
          assertEquals(8, asked.flags());
          peer.last(asked, CHUNK_BLOCK_STATUS, 7, 50, 3);
          asked = peer.request();
          peer.last(asked, CHUNK_BLOCK_STATUS, 7, 10, 0, 70, 2);
          peer.awaitGoodbye();
        };
    try (FakeServer server = new FakeServer(script);
        NbdClient client = server.connect()) {
      assertEquals(
          Map.of("base:allocation", List.of(new Extent(100, 50, 3))),
          client.blockStatus(100, 50, CommandFlag.REQUEST_ONE));
      assertEquals(
          Map.of("base:allocation", List.of(new Extent(100, 10, 0), new Extent(110, 70, 2))),
          client.blockStatusAsync(100, 50).get());
    }
  }

  @Test
  void allocation_answeredBitByBit_isJoinedAndCut() throws Exception {
    Script script =
        peer -> {
          peer.serve(1000);
          Asked asked = peer.request();
          peer.last(asked, CHUNK_BLOCK_STATUS, 7, 10, 0);
          asked = peer.request();
          assertEquals(110, asked.offset());
          assertEquals(40, asked.count());
          peer.last(asked, CHUNK_BLOCK_STATUS, 7, 5, 0, 100, 3);
          peer.awaitGoodbye();
        };
    try (FakeServer server = new FakeServer(script);
        NbdClient client = server.connect()) {
      assertEquals(
          List.of(new Extent(100, 15, 0), new Extent(115, 35, 3)), client.allocation(100, 50));
    }
  }

  @Test
  void errors_carryNumberAndText_andTheConnectionGoesOn() throws Exception {
    Script script =
        peer -> {
          peer.serve(1000);
          peer.last(peer.request(), CHUNK_ERROR, 28, (short) 5, "full\n");
          Asked read = peer.request();
          peer.chunk(read, CHUNK_OFFSET_DATA, 0L, filled(1, 1));
          peer.chunk(read, CHUNK_ERROR_OFFSET, 5, (short) 3, "bad", 1L);
          peer.last(read, CHUNK_ERROR, 22, (short) 5, "later");
          peer.simple(peer.request(), 1);
          // What follows the text of an error is for who knows this kind of error.
          peer.last(peer.request(), 1 << 15 | 99, 7, (short) 0, "extra");
          peer.simple(peer.request(), 0);
          peer.awaitGoodbye();
        };
    try (FakeServer server = new FakeServer(script);
        NbdClient client = server.connect()) {
      NbdServerException full =
          assertThrows(NbdServerException.class, () -> client.write(new byte[2], 0));
      assertEquals(28, full.number());
      assertEquals("full\\u{a}", full.serverText());
      assertEquals("write of 2 bytes at 0 failed with ENOSPC: full\\u{a}", full.getMessage());
      NbdServerException bad = assertThrows(NbdServerException.class, () -> client.read(0, 4));
      assertEquals("read of 4 bytes at 0 failed with EIO: bad", bad.getMessage());
      NbdServerException denied = assertThrows(NbdServerException.class, client::flush);
      assertEquals("flush failed with EPERM", denied.getMessage());
      NbdServerException strange = assertThrows(NbdServerException.class, () -> client.cache(0, 1));
      assertEquals("error 7", strange.errorName());
      client.flush();
      assertTrue(client.isOpen());
    }
  }

  @Test
  void simpleReplies_readAndErrors_areTaken() throws Exception {
    Script script =
        peer -> {
          Asked read = peer.serveSimple(1000).request();
          peer.simple(read, 0);
          peer.send(filled(10, 4));
          peer.simple(peer.request(), 5);
          peer.awaitGoodbye();
        };
    try (FakeServer server = new FakeServer(script);
        NbdClient client = server.connect()) {
      assertArrayEquals(filled(10, 4), client.read(0, 10));
      assertThrows(NbdServerException.class, () -> client.read(0, 10));
    }
  }

  @Test
  void serverHangsUp_allWaitersFailWithASentence() throws Exception {
    Script script =
        peer -> {
          peer.serve(1000);
          peer.request();
          Asked second = peer.request();
          peer.chunk(second, CHUNK_OFFSET_DATA, second.offset(), filled(2, 0));
        };
    try (FakeServer server = new FakeServer(script);
        NbdClient client = server.connect()) {
      CompletableFuture<Void> first = client.readAsync(ByteBuffer.allocate(4), 0);
      CompletableFuture<Void> second = client.readAsync(ByteBuffer.allocate(4), 8);
      for (CompletableFuture<Void> future : List.of(first, second)) {
        Throwable cause = assertThrows(ExecutionException.class, future::get).getCause();
        String message = assertInstanceOf(NbdDisconnectedException.class, cause).getMessage();
        assertTrue(
            message.matches(
                ".*: the server closed the connection; a read of 4 bytes at [08] was under way"),
            message);
      }
      assertFalse(client.isOpen());
      assertThrows(NbdDisconnectedException.class, client::flush);
    }
  }

  @Test
  void noAnswer_timeOut_namesTheRequestAndEndsTheConnection() throws Exception {
    try (FakeServer server = new FakeServer(peer -> peer.serve(1000).awaitEnd());
        NbdClient client = NbdClient.builder().timeout(HASTE).connect(server.uri())) {
      NbdDisconnectedException e = assertThrows(NbdDisconnectedException.class, client::flush);
      assertTrue(
          e.getMessage().contains("the server did not answer a flush within PT1S"), e::getMessage);
      assertFalse(client.isOpen());
    }
  }

  @Test
  void manyAtOnce_answeredSlowly_areNotLate() throws Exception {
    int count = 15;
    Script script =
        peer -> {
          peer.serve(1000);
          CountDownLatch never = new CountDownLatch(1);
          for (int i = 0; i < count; i++) {
            Asked asked = peer.request();
            // The pace of a slow disk: all in all this takes longer than a request may.
            assertFalse(never.await(100, TimeUnit.MILLISECONDS));
            peer.simple(asked, 0);
          }
          peer.awaitGoodbye();
        };
    try (FakeServer server = new FakeServer(script);
        NbdClient client = NbdClient.builder().timeout(HASTE).connect(server.uri())) {
      List<CompletableFuture<Void>> flushes = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        flushes.add(client.flushAsync());
      }
      for (CompletableFuture<Void> flush : flushes) {
        flush.get();
      }
    }
  }

  @Test
  void oneForgottenAmongMany_timeOut_namesIt() throws Exception {
    Script script =
        peer -> {
          peer.serve(1000).request();
          for (int i = 0; i < 3; i++) {
            peer.simple(peer.request(), 0);
          }
          peer.awaitEnd();
        };
    try (FakeServer server = new FakeServer(script);
        NbdClient client = NbdClient.builder().timeout(HASTE).connect(server.uri())) {
      CompletableFuture<Void> forgotten = client.readAsync(ByteBuffer.allocate(4), 8);
      for (int i = 0; i < 3; i++) {
        client.flush();
      }
      Throwable cause = assertThrows(ExecutionException.class, forgotten::get).getCause();
      String message = assertInstanceOf(NbdDisconnectedException.class, cause).getMessage();
      assertTrue(message.contains("did not answer a read of 4 bytes at 8 within"), message);
    }
  }

  @Test
  void writeThatTheServerDoesNotTake_timeOut_endsTheConnection() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    Script script =
        peer -> {
          peer.serve(1 << 30);
          over.await();
        };
    try (FakeServer server = new FakeServer(script);
        NbdClient client = NbdClient.builder().timeout(HASTE).connect(server.uri())) {
      assertThrows(NbdDisconnectedException.class, () -> client.write(new byte[8 << 20], 0));
      over.countDown();
    }
  }

  @Test
  void writeThatTheSocketDoesNotTakeAtOnce_goesOutWhateverElseHappens() throws Exception {
    Script script =
        peer -> {
          peer.simple(peer.serve(1 << 30).request(), 0);
          peer.awaitGoodbye();
        };
    try (FakeServer server = new FakeServer(script);
        NbdClient client = NbdClient.builder().timeout(Duration.ZERO).connect(server.uri())) {
      // No time is watched: only the request itself can get the connection's thread to go on.
      client.write(new byte[8 << 20], 0);
    }
  }

  @Test
  void serverThatAnswersBeforeItReads_doesNotBlock() throws Exception {
    int size = 4 << 20;
    Script script =
        peer -> {
          peer.serve(1 << 30);
          Asked read = peer.request();
          // Nobody reads the write that fills the socket now, and yet this large answer goes out.
          peer.send(
              Protocol.STRUCTURED_REPLY_MAGIC, (short) 1, (short) CHUNK_OFFSET_DATA, read.cookie());
          peer.send(size + 8, 0L);
          for (int sent = 0; sent < size; sent += 1 << 15) {
            peer.send(filled(1 << 15, 5));
          }
          peer.simple(peer.request(), 0);
          peer.awaitGoodbye();
        };
    try (FakeServer server = new FakeServer(script);
        NbdClient client = server.connect()) {
      ByteBuffer target = ByteBuffer.allocate(size);
      CompletableFuture<Void> read = client.readAsync(target, 0);
      CompletableFuture<Void> write = client.writeAsync(ByteBuffer.allocate(8 << 20), 0);
      read.get();
      write.get();
      assertEquals(ByteBuffer.wrap(filled(size, 5)), target);
    }
  }

  @Test
  void largeData_serverWithMaximum_isSplit() throws Exception {
    List<Asked> asked = Collections.synchronizedList(new ArrayList<>());
    Script script =
        peer -> {
          peer.greet();
          peer.agreeOnAll();
          peer.option(Protocol.OPT_GO);
          peer.reply(
              Protocol.OPT_GO,
              Protocol.REP_INFO,
              (short) Protocol.INFO_BLOCK_SIZE,
              512,
              4096,
              65535);
          peer.show(Protocol.OPT_GO, 1L << 40, FakeServer.FLAGS);
          for (int i = 0; i < 8; i++) {
            asked.add(peer.request());
            if (asked.getLast().type() == 0) {
              answer(peer, asked.getLast(), i);
            } else {
              peer.simple(asked.getLast(), 0);
            }
          }
          peer.awaitGoodbye();
        };
    try (FakeServer server = new FakeServer(script);
        NbdClient client = server.connect()) {
      client.write(new byte[100_000], 512);
      byte[] read = client.read(0, 65024 + 512);
      assertEquals(2, read[65023]);
      assertEquals(3, read[65024]);
      client.trim(0, 5L << 30);
      client.cache(512, 65536);
    }
    assertEquals(
        List.of(
            "1 512+65024",
            "1 65536+34976",
            "0 0+65024",
            "0 65024+512",
            "4 0+4294901760",
            "4 4294901760+1073807360",
            "5 512+65024",
            "5 65536+512"),
        asked.stream().map(a -> a.type() + " " + a.offset() + "+" + a.count()).toList());
  }

  @Test
  void firstPieceFails_restIsAwaitedAndTheFailureTold() throws Exception {
    Script script =
        peer -> {
          peer.serve(1L << 40);
          Asked first = peer.request();
          Asked second = peer.request();
          peer.simple(second, 0);
          peer.simple(first, 28);
          peer.awaitGoodbye();
        };
    try (FakeServer server = new FakeServer(script);
        NbdClient client = server.connect()) {
      assertThrows(NbdServerException.class, () -> client.writeZeroes(0, 5L << 30));
    }
  }
}
