package nbdj.runtime.protocol;

import static nbdj.runtime.testing.RawClient.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import nbdj.api.ExtentSink;
import nbdj.api.ExtentType;
import nbdj.api.Flags;
import nbdj.runtime.testing.MemoryExport;
import nbdj.runtime.testing.ProtocolServer;
import nbdj.runtime.testing.RawClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** NBD_OPT_EXTENDED_HEADERS, clause by clause of the NBD specification. */
@Timeout(60)
class ExtendedHeadersTests {
  private static final long SIZE = 1L << 40;
  private static final int PAYLOAD_FLAG = 1 << 12;

  private final MemoryExport export =
      new MemoryExport("", SIZE) {
        @Override
        public void extents(long offset, long count, Flags flags, ExtentSink sink)
            throws IOException {
          if (count <= 1 << 20) {
            super.extents(offset, count, flags, sink);
            return;
          }
          lastCount = count;
          sink.add(offset, count, ExtentType.HOLE_ZERO);
        }
      };
  private ProtocolServer server;
  private RawClient client;

  @BeforeEach
  void connect() throws IOException {
    server = ProtocolServer.of(export);
    client = server.client();
  }

  @AfterEach
  void disconnect() throws IOException {
    client.close();
    server.close();
  }

  private List<Chunk> status(long offset, long count, int flags) throws IOException {
    client.extended(STATUS, flags, 1, offset, count);
    return client.chunks();
  }

  private static byte[] statusPayload(long length, int... ids) {
    ByteBuffer payload = ByteBuffer.allocate(8 + 4 * ids.length).putLong(length);
    for (int id : ids) {
      payload.putInt(id);
    }
    return payload.array();
  }

  private void assertServes() throws IOException {
    client.extended(READ, 0, 5, 0, 100);
    assertEquals(5, client.chunks().getLast().cookie());
  }

  @Test
  void extendedHeaders_twice_isInvalid() throws IOException {
    client.greet();
    client.option(EXTENDED_HEADERS);
    assertEquals(ACK, client.reply().type());
    client.option(EXTENDED_HEADERS);
    assertEquals(INVALID, client.reply().type());
    client.go("");
    assertServes();
  }

  @Test
  void structuredReply_afterExtendedHeaders_wouldBeADowngrade() throws IOException {
    client.greet();
    client.option(STRUCTURED_REPLY);
    assertEquals(ACK, client.reply().type());
    client.option(EXTENDED_HEADERS);
    assertEquals(ACK, client.reply().type());
    client.option(STRUCTURED_REPLY);
    assertEquals(EXTENDED_REQUIRED, client.reply().type());
    client.go("");
    assertServes();
  }

  @Test
  void exportName_afterExtendedHeaders_closes() throws IOException {
    client.greet();
    client.option(EXTENDED_HEADERS);
    client.reply();
    client.option(EXPORT_NAME);
    assertTrue(client.isClosed());
  }

  @Test
  void go_offersPayloadWithContextsOnly() throws IOException {
    client.greet();
    client.option(EXTENDED_HEADERS);
    client.reply();
    client.go("");
    assertEquals(0, client.flags & PAYLOAD_FLAG);
    client.close();
    client = server.client().goStructured("");
    assertEquals(0, client.flags & PAYLOAD_FLAG);
    client.close();
    client = server.client().goExtended("");
    assertEquals(PAYLOAD_FLAG, client.flags & PAYLOAD_FLAG);
    assertEquals(1 << 7, client.flags & 1 << 7);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4096, 65536, 65537, 1 << 20, 64 << 20})
  void write_thenRead_givesTheSameBytesInExtendedChunks(int count) throws IOException {
    client.goExtended("");
    byte[] data = new byte[count];
    new Random(count).nextBytes(data);
    client.extended(WRITE, 0, 1, 1L << 33, data);
    Chunk written = client.chunk();
    assertEquals(0, written.type());
    assertEquals(1, written.flags());
    assertEquals(0, written.data().length);
    assertEquals(1L << 33, client.repliedOffset);
    for (int flags : new int[] {0, DF}) {
      client.extended(READ, flags, 2, 1L << 33, count);
      assertArrayEquals(data, assemble(client.chunks(), 1L << 33, count));
      assertEquals(1L << 33, client.repliedOffset);
    }
  }

  @Test
  void read_holesAndData_arriveAsExtendedChunks() throws IOException {
    client.goExtended("");
    int page = MemoryExport.PAGE;
    client.extended(WRITE, 0, 1, page, new byte[page]);
    client.chunk();
    for (int around : new int[] {1000, page}) {
      client.extended(READ, 0, 1, page - around, page + 2 * around);
      List<Chunk> chunks = client.chunks();
      assertEquals(List.of(2, 1, 2), chunks.stream().map(Chunk::type).toList());
      assemble(chunks, page - around, page + 2 * around);
    }
  }

  @Test
  void zeroTrimAndCache_ofTerabytes_areOneRequest() throws IOException {
    client.goExtended("");
    for (int type : new int[] {ZERO, TRIM, CACHE}) {
      client.extended(type, 0, 1, 0, SIZE);
      assertEquals(0, client.chunk().type());
      assertEquals(SIZE, export.lastCount);
    }
    client.extended(FLUSH, 0, 1, 0, 0);
    assertEquals(0, client.chunk().type());
  }

  @Test
  void blockStatus_ofTerabytes_isOneLongExtent() throws IOException {
    client.goExtended("");
    Chunk chunk = status(0, SIZE, 0).getFirst();
    assertEquals(6, chunk.type());
    assertEquals(1, chunk.bytes().getInt());
    assertEquals(1, chunk.bytes().getInt(4));
    assertEquals(SIZE, chunk.bytes().getLong(8));
    assertEquals(3, chunk.bytes().getLong(16));
  }

  @Test
  void blockStatus_ofManyExtents_tellsHowMany() throws IOException {
    client.goExtended("");
    int page = MemoryExport.PAGE;
    client.extended(WRITE, 0, 1, page, new byte[page]);
    client.chunk();
    Chunk chunk = status(0, 3L * page, 0).getFirst();
    assertEquals(3, chunk.bytes().getInt(4));
    assertEquals(8 + 3 * 16, chunk.data().length);
    assertEquals(1, status(0, 3L * page, REQ_ONE).getFirst().bytes().getInt(4));
  }

  @Test
  void blockStatus_withPayload_takesItsLengthFromThere() throws IOException {
    client.goExtended("");
    client.extended(STATUS, 0, 9, 4096, statusPayload(SIZE - 4096, 1));
    Chunk chunk = client.chunks().getFirst();
    assertEquals(6, chunk.type());
    assertEquals(SIZE - 4096, chunk.bytes().getLong(8));
  }

  @Test
  void blockStatus_withAWrongPayload_isInvalidAndInStep() throws IOException {
    client.goExtended("");
    byte[][] payloads = {
      {1},
      new byte[7],
      statusPayload(4096),
      new byte[11],
      statusPayload(4096, 0),
      statusPayload(4096, 2),
      statusPayload(4096, 1, 1),
      statusPayload(4096, 1, 2),
      statusPayload(0, 1),
      statusPayload(SIZE + 1, 1),
      statusPayload(Long.MIN_VALUE, 1),
      statusPayload(-1, 1),
      new byte[1 << 20],
    };
    for (byte[] payload : payloads) {
      client.extended(STATUS, 0, 9, 0, payload);
      Chunk chunk = client.chunk();
      assertEquals(22, chunk.error(), () -> payload.length + " bytes");
      assertFalse(chunk.message().isEmpty());
      assertServes();
    }
  }

  @Test
  void blockStatus_payloadWithoutContexts_isInvalidAndInStep() throws IOException {
    client.greet();
    client.option(EXTENDED_HEADERS);
    client.reply();
    client.go("");
    client.extended(STATUS, 0, 9, 0, statusPayload(4096, 1));
    assertEquals(22, client.chunk().error());
    assertServes();
  }

  @ParameterizedTest
  @ValueSource(ints = {READ, FLUSH, TRIM, CACHE, ZERO, 8, 65535})
  void payload_ofACommandWithoutOne_isSkipped(int type) throws IOException {
    client.goExtended("");
    client.extended(type, 0, 9, 0, new byte[300_000]);
    assertEquals(22, client.chunk().error());
    assertServes();
  }

  @Test
  void write_withoutPayloadFlag_isInvalidAndHasNoPayload() throws IOException {
    client.goExtended("");
    client.extended(WRITE, 0, 9, 0, 4096);
    assertEquals(22, client.chunk().error());
    assertServes();
  }

  @Test
  void payloadFlag_withoutExtendedHeaders_isInvalidAndInStep() throws IOException {
    client.goStructured("");
    client.write(PAYLOAD_LEN, 9, 0, new byte[4096]);
    assertEquals(22, client.chunk().error());
    client.request(STATUS, PAYLOAD_LEN, 9, 0, 4096);
    assertEquals(22, client.chunk().error());
    client.request(READ, 0, 9, 0, 100);
    assemble(client.chunks(), 0, 100);
  }

  @ParameterizedTest
  @CsvSource({
    // type, flags, offset, count, error
    "0, 0, 0, 9223372036854775807, 22",
    "0, 0, 1, -1, 22",
    "0, 0, 0, -9223372036854775808, 22",
    "0, 0, -1, -1, 22",
    "0, 0, 0, 0, 22",
    "0, 0, 0, 67108865, 12",
    "0, 0, 0, 4294967296, 12",
    "4, 0, 0, -9223372036854775808, 22",
    "4, 0, 1099511627776, 1, 22",
    "5, 0, 1, 1099511627776, 22",
    "6, 0, 1, 1099511627776, 28",
    "6, 0, 9223372036854775807, 9223372036854775807, 28",
    "7, 0, 1, -1, 22",
    "7, 0, 0, -9223372036854775808, 22",
    "3, 0, 0, -1, 22",
  })
  void request_wrong_failsWithItsErrorAndStaysInStep(
      int type, int flags, long offset, long count, int error) throws IOException {
    client.goExtended("");
    client.extended(type, flags, 77, offset, count);
    Chunk chunk = client.chunks().getLast();
    assertEquals(error, chunk.error());
    assertEquals(77, chunk.cookie());
    assertEquals(offset, client.repliedOffset);
    assertFalse(chunk.message().isEmpty());
    assertServes();
  }

  @ParameterizedTest
  @ValueSource(longs = {(64L << 20) + 1, 1L << 32, Long.MAX_VALUE, Long.MIN_VALUE, -1})
  void payload_longerThanAny_closes(long length) throws IOException {
    for (int type : new int[] {WRITE, STATUS, READ}) {
      try (RawClient greedy = server.client()) {
        greedy.goExtended("");
        greedy.extended(type, PAYLOAD_LEN, 9, 0, length);
        assertTrue(greedy.isClosed());
      }
    }
    client.goExtended("");
    assertServes();
  }

  @Test
  void compactMagic_afterExtendedHeaders_closes() throws IOException {
    client.goExtended("");
    client.send(requestHeader(READ, 0, 1, 0, 1), ByteBuffer.allocate(4).putInt(0));
    assertTrue(client.isClosed());
  }
}
