package nbdj.runtime.protocol;

import static nbdj.runtime.testing.RawClient.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import nbdj.api.ExtentSink;
import nbdj.api.ExtentType;
import nbdj.api.Flag;
import nbdj.api.Flags;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.ReadSink;
import nbdj.api.Support;
import nbdj.runtime.testing.MemoryExport;
import nbdj.runtime.testing.ProtocolServer;
import nbdj.runtime.testing.RawClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests and replies, clause by clause of the NBD specification. */
@Timeout(60)
class TransmissionTests {
  private static final long SIZE = 8L << 30;
  private static final int MIB = 1 << 20;

  private final MemoryExport export = new MemoryExport("", SIZE);
  private ProtocolServer server;
  private RawClient client;

  @TempDir private Path folder;

  @BeforeEach
  void connect() throws IOException {
    server = ProtocolServer.of(export);
    client = server.client();
  }

  private void serve(MemoryExport served) throws IOException {
    disconnect();
    server = ProtocolServer.of(served);
    client = server.client();
  }

  private void structured(MemoryExport served) throws IOException {
    serve(served);
    client.goStructured("");
  }

  private void simple(MemoryExport served) throws IOException {
    serve(served);
    client.greet().go("");
  }

  @AfterEach
  void disconnect() throws IOException {
    client.close();
    server.close();
  }

  private void write(long offset, byte[] data) throws IOException {
    client.write(0, 1, offset, data);
    assertEquals(0, client.chunk().error());
  }

  private static byte[] random(int count) {
    byte[] data = new byte[count];
    new Random(count).nextBytes(data);
    return data;
  }

  private byte[] readSimple(long offset, int count) throws IOException {
    client.request(READ, 0, 9, offset, count);
    ByteBuffer header = client.receive(16);
    assertEquals(SIMPLE, header.getInt());
    assertEquals(0, header.getInt());
    assertEquals(9, header.getLong());
    return client.receive(count).array();
  }

  private byte[] readStructured(int flags, long offset, int count) throws IOException {
    client.request(READ, flags, 9, offset, count);
    return assemble(client.chunks(), offset, count);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 511, 4096, 32768, 32769, 65536, 65537, MIB, 64 * MIB})
  void write_thenRead_givesTheSameBytes(int count) throws IOException {
    simple(export);
    byte[] data = random(count);
    write(12_345, data);
    assertArrayEquals(data, readSimple(12_345, count));
    assertEquals(0, readSimple(12_345 + count, 1)[0]);
    client.close();
    client = server.client().goStructured("");
    assertArrayEquals(data, readStructured(0, 12_345, count));
    assertArrayEquals(data, readStructured(DF, 12_345, count));
  }

  @Test
  void read_holesAndData_sendsHoleChunksButWithDfOneChunk() throws IOException {
    structured(export);
    int page = MemoryExport.PAGE;
    write(page, random(page));
    for (int around : new int[] {1000, page}) {
      int offset = page - around;
      int count = page + 2 * around;
      client.request(READ, 0, 1, offset, count);
      List<Chunk> chunks = client.chunks();
      assertEquals(List.of(2, 1, 2), chunks.stream().map(Chunk::type).toList());
      byte[] bytes = assemble(chunks, offset, count);
      client.request(READ, DF, 1, offset, count);
      chunks = client.chunks();
      assertEquals(List.of(1), chunks.stream().map(Chunk::type).toList());
      assertArrayEquals(bytes, assemble(chunks, offset, count));
    }
    client.request(READ, 0, 1, page - 1000, 2000);
    List<Chunk> chunks = client.chunks();
    assertEquals(List.of(2, 1), chunks.stream().map(Chunk::type).toList());
    assemble(chunks, page - 1000, 2000);
  }

  @Test
  void read_shortRunOfZeroes_isNoHole() throws IOException {
    structured(export);
    client.request(READ, 0, 1, 0, 511);
    assertEquals(List.of(1), client.chunks().stream().map(Chunk::type).toList());
    client.request(READ, 0, 1, 0, 512);
    assertEquals(List.of(2), client.chunks().stream().map(Chunk::type).toList());
  }

  @ParameterizedTest
  @CsvSource({
    // type, flags, offset, count, error
    "0, 0, 0, 0, 22",
    "0, 0, 8589934591, 2, 22",
    "0, 0, 8589934592, 1, 22",
    "0, 0, -1, 1, 22",
    "0, 0, 9223372036854775807, 4096, 22",
    "0, 0, 0, 67108865, 12",
    "0, 0, 0, 4294967295, 12",
    "0, 2, 0, 1, 22",
    "0, 8, 0, 1, 22",
    "0, 16, 0, 1, 22",
    "0, 32768, 0, 1, 22",
    "3, 0, 1, 0, 22",
    "3, 0, 0, 1, 22",
    "3, 2, 0, 0, 22",
    "4, 0, 0, 0, 22",
    "4, 0, 8589934592, 1, 22",
    "4, 2, 0, 1, 22",
    "5, 0, 0, 0, 22",
    "5, 0, 8589934592, 1, 22",
    "6, 0, 0, 0, 22",
    "6, 0, 8589934591, 2, 28",
    "6, 4, 0, 1, 22",
    "7, 0, 0, 0, 22",
    "7, 0, 8589934592, 1, 22",
    "7, 2, 0, 1, 22",
    "8, 0, 0, 1, 22",
    "65535, 0, 0, 1, 22",
  })
  void request_wrong_failsWithItsErrorAndStaysInStep(
      int type, int flags, long offset, long count, int error) throws IOException {
    structured(export);
    client.request(type, flags, 77, offset, count);
    Chunk chunk = client.chunks().getFirst();
    assertEquals(error, chunk.error());
    assertEquals(77, chunk.cookie());
    assertFalse(chunk.message().isEmpty());
    client.close();
    client = server.client().greet().go("");
    client.request(type, flags, 77, offset, count);
    assertEquals(error, client.chunk().error());
    readSimple(0, 1);
  }

  @Test
  void read_acrossTheEnd_tellsTheOffsetOfTheEnd() throws IOException {
    structured(export);
    client.request(READ, 0, 1, SIZE - 10, 20);
    Chunk chunk = client.chunks().getFirst();
    assertEquals(0x8002, chunk.type());
    assertEquals(SIZE, chunk.bytes().getLong(chunk.data().length - 8));
  }

  @ParameterizedTest
  @CsvSource({"0, 1048576, 8589934592, 28", "2, 1, 0, 22", "0, 67108865, 0, 12", "0, 0, 0, 22"})
  void write_rejected_skipsItsPayload(int flags, int count, long offset, int error)
      throws IOException {
    structured(export);
    client.write(flags, 3, offset, new byte[count]);
    assertEquals(error, client.chunk().error());
    readStructured(0, 0, 10);
  }

  @Test
  void readOnlyExport_writes_failWithEperm() throws IOException {
    structured(
        new MemoryExport("", SIZE) {
          @Override
          public boolean canWrite() {
            return false;
          }
        });
    assertEquals(1 | 2, client.flags & (1 | 2 | 1 << 5 | 1 << 6 | 1 << 11));
    client.write(0, 1, SIZE, new byte[100_000]);
    assertEquals(1, client.chunk().error());
    for (int type : new int[] {TRIM, ZERO}) {
      client.request(type, 0, 1, 0, 1);
      assertEquals(1, client.chunk().error());
    }
    readStructured(0, 0, 10);
  }

  @Test
  void nothingOffered_requestsAreInvalidAndFlagsSaySo() throws IOException {
    structured(
        new MemoryExport("", SIZE) {
          @Override
          public boolean canFlush() {
            return false;
          }

          @Override
          public boolean canTrim() {
            return false;
          }

          @Override
          public Support canZero() {
            return Support.NONE;
          }

          @Override
          public Support canFua() {
            return Support.NONE;
          }

          @Override
          public Support canCache() {
            return Support.NONE;
          }

          @Override
          public boolean canMultiConn() {
            return false;
          }
        });
    assertEquals(1 | 1 << 7, client.flags);
    for (int type : new int[] {TRIM, ZERO, CACHE}) {
      client.request(type, 0, 1, 0, 1);
      assertEquals(22, client.chunk().error());
    }
    client.request(FLUSH, 0, 1, 0, 0);
    assertEquals(22, client.chunk().error());
    client.write(FUA, 1, 0, new byte[1]);
    assertEquals(22, client.chunk().error());
  }

  @Test
  void fua_onAnyCommand_isAccepted() throws IOException {
    structured(export);
    client.write(FUA, 1, 0, new byte[1]);
    assertEquals(0, client.chunk().error());
    assertEquals(Flags.of(Flag.FUA), export.lastFlags);
    for (int type : new int[] {READ, TRIM, CACHE, ZERO, STATUS}) {
      client.request(type, FUA, 1, 0, 1);
      assertEquals(0, client.chunks().getLast().error());
    }
    client.request(FLUSH, FUA, 1, 0, 0);
    assertEquals(0, client.chunk().error());
    assertEquals(1, export.flushes.get());
  }

  @Test
  void zeroAndTrim_ofFourGibibytesLessOne_areDoneInOneGo() throws IOException {
    simple(export);
    client.request(ZERO, NO_HOLE | FUA, 1, 0, 0xffff_ffffL);
    assertEquals(0, client.chunk().error());
    assertEquals(0xffff_ffffL, export.lastCount);
    assertEquals(Flags.of(Flag.FUA), export.lastFlags);
    client.request(ZERO, FAST_ZERO, 1, 0, 1);
    assertEquals(0, client.chunk().error());
    assertEquals(Flags.of(Flag.MAY_TRIM, Flag.FAST_ZERO), export.lastFlags);
    client.request(TRIM, 0, 1, SIZE - 0xffff_ffffL, 0xffff_ffffL);
    assertEquals(0, client.chunk().error());
    assertEquals(0xffff_ffffL, export.lastCount);
  }

  @Test
  void blockStatus_listsExtentsAndWithReqOneTheFirst() throws IOException {
    structured(export);
    int page = MemoryExport.PAGE;
    write(page, new byte[page]);
    client.request(STATUS, 0, 1, 1, 4L * page);
    ByteBuffer status = client.chunks().getFirst().bytes();
    int[] expected = {1, page - 1, 3, page, 0, 2 * page + 1, 3};
    for (int value : expected) {
      assertEquals(value, status.getInt());
    }
    assertFalse(status.hasRemaining());
    client.request(STATUS, REQ_ONE, 1, page, page / 2);
    status = client.chunks().getFirst().bytes();
    assertEquals(12, status.remaining());
    assertEquals(page / 2, status.getInt(4));
  }

  @Test
  void blockStatus_ofOneHugeExtent_isCutToAnAlignedLength() throws IOException {
    structured(
        new MemoryExport("", SIZE) {
          @Override
          public void extents(long offset, long count, Flags flags, ExtentSink sink)
              throws IOException {
            sink.add(offset, count, ExtentType.DATA);
          }
        });
    client.request(STATUS, 0, 1, 0, 0xffff_ffffL);
    assertEquals(0xffff_0000, client.chunks().getFirst().bytes().getInt(4));
  }

  @Test
  void blockStatus_ofManyExtents_answersSomeOfThem() throws IOException {
    structured(
        new MemoryExport("", SIZE) {
          @Override
          public void extents(long offset, long count, Flags flags, ExtentSink sink)
              throws IOException {
            for (long at = offset; at < offset + count; at++) {
              sink.add(at, 1, at % 2 == 0 ? ExtentType.DATA : ExtentType.HOLE_ZERO);
            }
          }
        });
    client.request(STATUS, 0, 1, 0, 1_000_000);
    Chunk chunk = client.chunks().getFirst();
    assertEquals(5, chunk.type());
    assertTrue(chunk.data().length > 1000);
  }

  @Test
  void layerFailure_reachesTheClientWithItsMessage() throws IOException {
    AtomicInteger calls = new AtomicInteger();
    MemoryExport failing =
        new MemoryExport("", SIZE) {
          @Override
          public void read(long offset, long count, ReadSink sink) throws IOException {
            sink.buffer((int) count);
            switch (calls.getAndIncrement() % 4) {
              case 0 -> throw new NbdException(NbdError.ENOSPC, "bad\u0007 disk");
              case 1 -> throw new IOException("no disk");
              case 2 -> throw new IllegalStateException("a fault");
              default -> throw new NbdException(NbdError.ENOTSUP, "x".repeat(10_000));
            }
          }
        };
    structured(failing);
    for (int count : new int[] {4096, MIB}) {
      int[] errors = {28, 5, 5, 22};
      String[] messages = {"bad\\u{7} disk", "no disk", "the server failed, see its log", null};
      for (int i = 0; i < 4; i++) {
        client.request(READ, 0, 1, 0, count);
        Chunk chunk = client.chunks().getFirst();
        assertEquals(0x8001, chunk.type());
        assertEquals(errors[i], chunk.error());
        assertEquals(messages[i] == null ? "x".repeat(4096) : messages[i], chunk.message());
      }
    }
    client.request(STATUS, 0, 1, 0, 1);
    assertEquals(5, client.chunks().getFirst().type());
  }

  @Test
  void answer_shortOrLong_failsTheRequestAlone() throws IOException {
    AtomicInteger more = new AtomicInteger();
    MemoryExport wrong =
        new MemoryExport("", SIZE) {
          @Override
          public void read(long offset, long count, ReadSink sink) throws IOException {
            sink.zeroes(count - 1);
            sink.bytes(ByteBuffer.allocate(more.get()));
          }
        };
    structured(wrong);
    for (int count : new int[] {10, 4096, MIB}) {
      for (int extra : new int[] {0, 2, 1}) {
        more.set(extra);
        client.request(READ, 0, 1, 0, count);
        List<Chunk> chunks = client.chunks();
        assertEquals(extra == 1 ? 0 : 5, chunks.getLast().error());
      }
    }
  }

  @Test
  void answer_ofEveryKindOfPiece_arrivesWhole() throws IOException {
    byte[] content = random(MIB);
    Path file = Files.write(folder.resolve("content"), content);
    AtomicInteger released = new AtomicInteger();
    try (FileChannel channel = FileChannel.open(file)) {
      MemoryExport mixed =
          new MemoryExport("", MIB) {
            @Override
            public void read(long offset, long count, ReadSink sink) throws IOException {
              int quarter = (int) count / 4;
              int at = (int) offset;
              sink.buffer(quarter).put(content, at, quarter);
              sink.bytes(ByteBuffer.wrap(content, at + quarter, quarter).asReadOnlyBuffer());
              ByteBuffer direct = ByteBuffer.allocateDirect(quarter);
              direct.put(content, at + 2 * quarter, quarter).flip();
              sink.bytes(direct, released::incrementAndGet);
              sink.file(channel, at + 3L * quarter, count - 3L * quarter);
            }
          };
      simple(mixed);
      int[] counts = {4, 100, 4099, 32768, 40_000, 65_537, 200_003, MIB};
      for (int count : counts) {
        byte[] expected = java.util.Arrays.copyOf(content, count);
        assertArrayEquals(expected, readSimple(0, count));
      }
      client.close();
      client = server.client().goStructured("");
      for (int count : counts) {
        byte[] expected = java.util.Arrays.copyOf(content, count);
        assertArrayEquals(expected, readStructured(0, 0, count));
        assertArrayEquals(expected, readStructured(DF, 0, count));
      }
      assertEquals(3 * counts.length, released.get());
    }
  }

  @Test
  void answer_fromAFileTooShort_failsBeforeAHeaderIsSent() throws IOException {
    Path file = Files.write(folder.resolve("short"), new byte[50_000]);
    try (FileChannel channel = FileChannel.open(file)) {
      structured(
          new MemoryExport("", MIB) {
            @Override
            public void read(long offset, long count, ReadSink sink) throws IOException {
              sink.file(channel, offset, count);
            }
          });
      for (long offset : new long[] {0, 49_000}) {
        client.request(READ, 0, 1, offset, offset == 0 ? 100_000 : 2000);
        assertEquals(5, client.chunks().getFirst().error());
      }
      assertEquals(0, readStructured(0, 0, 40_000)[0]);
    }
  }

  @Test
  void requests_pipelinedWithOneCookie_areAllAnswered() throws IOException {
    structured(export);
    ByteBuffer all = ByteBuffer.allocate(28 * 1000);
    for (int i = 0; i < 1000; i++) {
      all.put(requestHeader(READ, 0, 42, i, 100).flip());
    }
    client.send(all);
    for (int i = 0; i < 1000; i++) {
      assertEquals(42, client.chunks().getFirst().cookie());
    }
  }

  @Test
  void requests_pipelinedAndMixed_areAnsweredRightUnderEverySplit() throws IOException {
    long seed = 4711;
    Random random = new Random(seed);
    structured(export);
    byte[] model = new byte[MIB];
    for (int round = 0; round < 300; round++) {
      ByteBuffer batch = ByteBuffer.allocate(4 * MIB);
      int writes = 1 + random.nextInt(5);
      for (int i = 0; i < writes; i++) {
        int count = 1 + random.nextInt(random.nextBoolean() ? 100 : 200_000);
        int at = random.nextInt(MIB - count);
        byte[] data = new byte[count];
        random.nextBytes(data);
        batch.put(requestHeader(WRITE, 0, i, at, count).flip()).put(data);
        System.arraycopy(data, 0, model, at, count);
        // Writes in flight at once may overtake each other: wait for each.
        client.send(batch);
        batch.clear();
        assertEquals(0, client.chunk().error(), () -> "seed " + seed);
      }
      int at = random.nextInt(MIB - 1000);
      int count = 1 + random.nextInt(MIB - at - 1);
      batch.put(requestHeader(READ, 0, 1, at, count).flip());
      int cut = 1 + random.nextInt(27);
      ByteBuffer first = ByteBuffer.allocate(cut).put(batch.array(), 0, cut);
      client.send(first);
      client.send(ByteBuffer.allocate(28 - cut).put(batch.array(), cut, 28 - cut));
      byte[] expected = java.util.Arrays.copyOfRange(model, at, at + count);
      assertArrayEquals(expected, assemble(client.chunks(), at, count), () -> "seed " + seed);
    }
  }

  @Test
  void requestMagic_wrong_drops() throws IOException, InterruptedException {
    simple(export);
    client.send(ByteBuffer.allocate(28).putInt(1).position(28));
    assertTrue(client.isClosed());
    server.awaitEnd();
    assertEquals(1, server.releases.get());
  }

  @Test
  void disconnect_afterRequests_answersThemAndCloses() throws Exception {
    simple(export);
    ByteBuffer all = ByteBuffer.allocate(28 * 101 + 8);
    for (int i = 0; i < 100; i++) {
      all.put(requestHeader(CACHE, 0, i, 0, 10).flip());
    }
    client.send(all.put(requestHeader(DISC, 0, 0, 0, 0).flip()).putLong(0xbad));
    Set<Long> cookies = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      cookies.add(client.chunk().cookie());
    }
    assertEquals(100, cookies.size());
    assertTrue(client.isClosed());
    server.awaitEnd();
    assertEquals(1, server.releases.get());
  }
}
