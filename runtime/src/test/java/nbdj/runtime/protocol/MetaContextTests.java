package nbdj.runtime.protocol;

import static nbdj.runtime.testing.RawClient.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import nbdj.api.ExtentSink;
import nbdj.api.ExtentType;
import nbdj.api.Flag;
import nbdj.api.Flags;
import nbdj.api.MetaSink;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.ThreadModel;
import nbdj.runtime.testing.MemoryExport;
import nbdj.runtime.testing.ProtocolServer;
import nbdj.runtime.testing.RawClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * NBD_OPT_LIST_META_CONTEXT, NBD_OPT_SET_META_CONTEXT and NBD_CMD_BLOCK_STATUS with contexts that
 * layers define, clause by clause of the NBD specification.
 */
@Timeout(60)
class MetaContextTests {
  private static final long SIZE = 1L << 40;
  private static final int BLOCK = 4096;
  private static final String BASE = "base:allocation";
  private static final String DIRTY = "qemu:dirty-bitmap:b0";
  private static final String STATE = "x-mine:state";
  private static final String WIDE = "x-mine:wide";

  /** An export with contexts, whose blocks are odd and even. */
  private static class Mapped extends MemoryExport {
    private final List<String> names;

    Mapped(String name, String... names) {
      super(name, SIZE);
      this.names = List.of(names);
    }

    @Override
    public List<String> metaContexts() throws IOException {
      return names;
    }

    @Override
    public void extents(long offset, long count, Flags flags, ExtentSink sink) throws IOException {
      sink.add(offset, count, ExtentType.DATA);
    }

    @Override
    public void metaExtents(String context, long offset, long count, Flags flags, MetaSink sink)
        throws IOException {
      lastFlags = flags;
      if (context.equals(WIDE)) {
        sink.add(offset, count, 1L << 40);
        return;
      }
      if (context.equals(STATE)) {
        sink.add(offset, count, 0xffff_ffffL);
        return;
      }
      long end = Math.min(offset + count, offset + 20_000L * BLOCK);
      for (long at = offset; at < end; ) {
        long length = Math.min(end - at, BLOCK - at % BLOCK);
        sink.add(at, length, at / BLOCK % 2);
        at += length;
      }
    }
  }

  private final Mapped export = new Mapped("", DIRTY, STATE, WIDE);
  private final Mapped second = new Mapped("second", STATE, DIRTY);
  private final MemoryExport broken =
      new MemoryExport("broken", SIZE) {
        @Override
        public List<String> metaContexts() throws IOException {
          throw new NbdException(NbdError.EPERM, "nobody may know");
        }
      };
  private ProtocolServer server;
  private RawClient client;

  @BeforeEach
  void connect() throws IOException {
    server =
        new ProtocolServer(
            ThreadModel.PARALLEL,
            16,
            Duration.ofSeconds(60),
            Map.of("", export, "second", second, "broken", broken));
    client = server.client();
  }

  @AfterEach
  void disconnect() throws IOException {
    client.close();
    server.close();
  }

  private void agree(int headers) throws IOException {
    client.greet();
    client.option(headers);
    assertEquals(ACK, client.reply().type());
  }

  /** Send an option about contexts, and get the names that come back. */
  private List<String> ask(int option, String exportName, String... queries) throws IOException {
    client.option(option, metaPayload(exportName, queries));
    List<String> names = new ArrayList<>();
    for (OptionReply reply : client.replies()) {
      if (reply.type() == 4) {
        names.add(reply.text().substring(4));
      } else {
        assertEquals(ACK, reply.type(), reply::text);
      }
    }
    return names;
  }

  /** Select contexts, and get their numbers. */
  private int[] select(String exportName, String... queries) throws IOException {
    client.option(SET_META, metaPayload(exportName, queries));
    return client.replies().stream()
        .filter(reply -> reply.type() == 4)
        .mapToInt(reply -> reply.bytes().getInt())
        .toArray();
  }

  private int refusal(int option, String exportName, String... queries) throws IOException {
    client.option(option, metaPayload(exportName, queries));
    return client.replies().getLast().type();
  }

  private static int[] ids(List<Chunk> chunks) {
    return chunks.stream().mapToInt(chunk -> chunk.bytes().getInt()).toArray();
  }

  private static void assertIds(int[] expected, List<Chunk> chunks) {
    assertEquals(
        IntStream.of(expected).boxed().toList(), IntStream.of(ids(chunks)).boxed().toList());
  }

  private static byte[] payload(long length, int... ids) {
    ByteBuffer payload = ByteBuffer.allocate(8 + 4 * ids.length).putLong(length);
    IntStream.of(ids).forEach(payload::putInt);
    return payload.array();
  }

  /** LIST: "if zero queries are sent, then the server MUST return all the metadata contexts". */
  @Test
  void list_noQueries_answersAll() throws IOException {
    agree(STRUCTURED_REPLY);
    assertEquals(List.of(BASE, DIRTY, STATE, WIDE), ask(LIST_META, ""));
    assertEquals(List.of(BASE, STATE, DIRTY), ask(LIST_META, "second"));
  }

  /** LIST: a namespace and a colon ask for all of the namespace; a name for itself. */
  @Test
  void list_queries_answerNamespacesAndNames() throws IOException {
    agree(EXTENDED_HEADERS);
    assertEquals(List.of(STATE, WIDE), ask(LIST_META, "", "x-mine:"));
    assertEquals(List.of(DIRTY), ask(LIST_META, "", "qemu:"));
    assertEquals(List.of(DIRTY), ask(LIST_META, "", "qemu:dirty-bitmap:"));
    assertEquals(List.of(BASE, DIRTY, WIDE), ask(LIST_META, "", WIDE, "qemu:", BASE, DIRTY));
    assertEquals(List.of(), ask(LIST_META, "", "x-min", "x-mine", "x-mine:stat", ":", "", "x:"));
  }

  /** LIST for what base: alone answers costs no handle. */
  @Test
  void baseOnly_listedAndSet_opensNothing() throws IOException {
    agree(STRUCTURED_REPLY);
    assertEquals(List.of(BASE), ask(LIST_META, "", "base:"));
    assertEquals(List.of(BASE), ask(SET_META, "", BASE));
    assertEquals(List.of(), ask(SET_META, ""));
    assertEquals(0, server.opens.get());
  }

  /** SET: "the server MUST NOT" select by wildcard; names alone select. */
  @Test
  void set_names_selectThemOnceInTheOrderOfTheExport() throws IOException {
    agree(STRUCTURED_REPLY);
    assertEquals(
        List.of(BASE, DIRTY, STATE), ask(SET_META, "", STATE, STATE, DIRTY, BASE, "x-mine:none"));
    assertEquals(List.of(), ask(SET_META, "", "x-mine:", "qemu:", "qemu:dirty-bitmap:", "base:"));
  }

  /** The handle that told of contexts is the one that GO serves. */
  @Test
  void listSetInfoGo_openOnce() throws IOException {
    agree(STRUCTURED_REPLY);
    ask(LIST_META, "");
    ask(SET_META, "", DIRTY);
    client.option(INFO, infoPayload(""));
    assertEquals(ACK, client.replies().getLast().type());
    client.go("");
    assertEquals(1, server.opens.get());
    client.request(STATUS, 0, 1, 0, BLOCK);
    assertEquals(1, client.chunks().size());
  }

  /** A failure to open is told by the error that NBD_OPT_INFO gives. */
  @Test
  void exportThatDoesNotOpen_isRefusedAsInfoRefusesIt() throws IOException {
    agree(STRUCTURED_REPLY);
    client.option(INFO, infoPayload("no such"));
    assertEquals(UNKNOWN, client.replies().getLast().type());
    assertEquals(UNKNOWN, refusal(LIST_META, "no such"));
    assertEquals(UNKNOWN, refusal(LIST_META, "no such", "x-mine:"));
    assertEquals(UNKNOWN, refusal(SET_META, "no such", DIRTY));
    assertEquals(POLICY, refusal(LIST_META, "broken"));
    assertEquals(POLICY, refusal(SET_META, "broken", DIRTY));
    assertEquals(List.of(BASE), ask(LIST_META, "broken", "base:"));
    client.go("");
  }

  /** SET: a failure leaves nothing selected, though an earlier one had succeeded. */
  @Test
  void setFailedAfterSuccess_blockStatus_isInvalid() throws IOException {
    agree(STRUCTURED_REPLY);
    ask(SET_META, "", DIRTY);
    assertEquals(POLICY, refusal(SET_META, "broken", DIRTY));
    client.go("");
    client.request(STATUS, 0, 1, 0, BLOCK);
    assertEquals(22, client.chunk().error());
  }

  /** SET: "if a client sends it more than once, the last is in force". */
  @Test
  void setTwice_lastIsInForce() throws IOException {
    agree(STRUCTURED_REPLY);
    select("", BASE, DIRTY, STATE);
    int[] last = select("", STATE);
    client.go("");
    client.request(STATUS, 0, 1, 0, BLOCK);
    assertIds(last, client.chunks());
  }

  /** SET for one export does not hold for another. */
  @Test
  void setForAnotherExport_blockStatus_isInvalid() throws IOException {
    agree(STRUCTURED_REPLY);
    select("second", DIRTY);
    client.go("");
    client.request(STATUS, 0, 1, 0, BLOCK);
    assertEquals(22, client.chunk().error());
    client.request(READ, 0, 2, 0, 1);
    client.chunks();
  }

  /** Contexts are an export's own, as are their numbers. */
  @Test
  void twoExports_contexts_areThoseOfTheOneServed() throws IOException {
    agree(STRUCTURED_REPLY);
    select("", DIRTY, STATE);
    int[] numbers = select("second", STATE, DIRTY);
    client.go("second");
    client.request(STATUS, 0, 1, BLOCK, BLOCK);
    List<Chunk> chunks = client.chunks();
    assertIds(numbers, chunks);
    assertEquals(-1, chunks.getFirst().bytes().getInt(8));
    assertEquals(1, chunks.getLast().bytes().getInt(8));
  }

  /** The same name of the same export keeps its number, whatever else is selected. */
  @Test
  void selectedAgain_numbers_areTheSame() throws IOException {
    agree(STRUCTURED_REPLY);
    int[] all = select("", BASE, DIRTY, STATE, WIDE);
    assertEquals(4, IntStream.of(all).distinct().count());
    select("second", DIRTY);
    assertEquals(all[2], select("", STATE)[0]);
    assertEquals(all[0], select("", BASE)[0]);
  }

  /** BLOCK_STATUS: a chunk for each selected context, and only the last says DONE. */
  @Test
  void compactStatus_ofSeveral_isAChunkEach() throws IOException {
    agree(STRUCTURED_REPLY);
    int[] selected = select("", BASE, DIRTY, STATE);
    client.go("");
    client.request(STATUS, 0, 7, BLOCK - 1, 2 * BLOCK);
    List<Chunk> chunks = client.chunks();
    assertIds(selected, chunks);
    assertEquals(List.of(0, 0, 1), chunks.stream().map(Chunk::flags).toList());
    assertEquals(List.of(5, 5, 5), chunks.stream().map(Chunk::type).toList());
    assertEquals(List.of(7L, 7L, 7L), chunks.stream().map(Chunk::cookie).toList());
    ByteBuffer dirty = chunks.get(1).bytes();
    assertEquals(4 + 3 * 8, dirty.remaining());
    assertEquals(1, dirty.getInt(4));
    assertEquals(0, dirty.getInt(8));
    assertEquals(BLOCK, dirty.getInt(12));
    assertEquals(1, dirty.getInt(16));
    assertEquals(-1, chunks.get(2).bytes().getInt(8));
  }

  /** The same with lengths and states of 64 bits. */
  @Test
  void extendedStatus_ofSeveral_isAChunkEach() throws IOException {
    agree(EXTENDED_HEADERS);
    int[] selected = select("", BASE, DIRTY, STATE, WIDE);
    client.go("");
    assertTrue((client.flags & 1 << 12) != 0);
    client.extended(STATUS, 0, 7, BLOCK, 1L << 39);
    List<Chunk> chunks = client.chunks();
    assertIds(selected, chunks);
    assertEquals(List.of(0, 0, 0, 1), chunks.stream().map(Chunk::flags).toList());
    assertEquals(List.of(6, 6, 6, 6), chunks.stream().map(Chunk::type).toList());
    ByteBuffer dirty = chunks.get(1).bytes();
    assertEquals((dirty.remaining() - 8) / 16, dirty.getInt(4));
    assertEquals(BLOCK, dirty.getLong(8));
    assertEquals(1, dirty.getLong(16));
    assertEquals(1L << 39, chunks.get(2).bytes().getLong(8));
    assertEquals(0xffff_ffffL, chunks.get(2).bytes().getLong(16));
    assertEquals(1L << 40, chunks.get(3).bytes().getLong(16));
  }

  /** Only extended headers have room for 64 bits of state. */
  @Test
  void compactStatus_ofMoreThan32Bits_failsAlone() throws IOException {
    agree(STRUCTURED_REPLY);
    select("", STATE, WIDE);
    client.go("");
    client.request(STATUS, 0, 7, 0, BLOCK);
    List<Chunk> chunks = client.chunks();
    assertEquals(1, chunks.size());
    assertEquals(22, chunks.getFirst().error());
    assertTrue(chunks.getFirst().message().contains(WIDE), chunks.getFirst()::message);
    client.request(READ, 0, 8, 0, 1);
    assertEquals(8, client.chunks().getLast().cookie());
  }

  /** REQ_ONE: "a single extent" for each context, no longer than the range. */
  @ParameterizedTest
  @ValueSource(ints = {STRUCTURED_REPLY, EXTENDED_HEADERS})
  void reqOne_ofSeveral_isOneExtentEach(int headers) throws IOException {
    agree(headers);
    int[] selected = select("", BASE, DIRTY, STATE);
    client.go("");
    if (headers == EXTENDED_HEADERS) {
      client.extended(STATUS, REQ_ONE, 7, 1, 2 * BLOCK);
    } else {
      client.request(STATUS, REQ_ONE, 7, 1, 2 * BLOCK);
    }
    List<Chunk> chunks = client.chunks();
    assertIds(selected, chunks);
    int length = headers == EXTENDED_HEADERS ? 8 + 16 : 4 + 8;
    for (Chunk chunk : chunks) {
      assertEquals(length, chunk.data().length);
    }
    assertTrue(export.lastFlags.has(Flag.REQ_ONE));
  }

  /** Each context's extents are cut so that a reply of many contexts is no larger than of one. */
  @Test
  void manyExtentsOfManyContexts_reply_isBounded() throws IOException {
    String[] names = IntStream.range(0, 16).mapToObj(i -> "x-mine:" + i).toArray(String[]::new);
    try (ProtocolServer many = ProtocolServer.of(new Mapped("", names))) {
      client = many.client();
      agree(STRUCTURED_REPLY);
      assertEquals(16, select("", names).length);
      client.go("");
      client.request(STATUS, 0, 7, 0, 16_000 * BLOCK);
      List<Chunk> chunks = client.chunks();
      assertEquals(16, chunks.size());
      int bytes = chunks.stream().mapToInt(chunk -> chunk.data().length).sum();
      assertTrue(bytes <= 16 * 4 + 8 * 8192, bytes + " bytes");
      assertTrue(bytes >= 8 * 8000, bytes + " bytes");
    }
  }

  /** Block status payload: the reply is about the contexts it names, and no other. */
  @Test
  void statusPayload_ofSomeContexts_isAnsweredForThem() throws IOException {
    agree(EXTENDED_HEADERS);
    int[] selected = select("", BASE, DIRTY, STATE);
    client.go("");
    client.extended(STATUS, 0, 7, BLOCK, payload(BLOCK, selected[2], selected[0]));
    List<Chunk> chunks = client.chunks();
    assertIds(new int[] {selected[0], selected[2]}, chunks);
    assertEquals(List.of(0, 1), chunks.stream().map(Chunk::flags).toList());
    client.extended(STATUS, REQ_ONE, 8, BLOCK, payload(BLOCK, selected[1]));
    assertIds(new int[] {selected[1]}, client.chunks());
    // The next request is about all again.
    client.extended(STATUS, 0, 9, BLOCK, BLOCK);
    assertIds(selected, client.chunks());
  }

  /** Block status payload: contexts not selected, twice, or a length that cannot be are refused. */
  @Test
  void statusPayload_wrong_isInvalidAndInStep() throws IOException {
    agree(EXTENDED_HEADERS);
    int[] selected = select("", BASE, DIRTY);
    int[] unselected = {selected[1] + 1, 0, -1, 17};
    client.go("");
    List<byte[]> wrong = new ArrayList<>();
    for (int id : unselected) {
      wrong.add(payload(BLOCK, id));
      wrong.add(payload(BLOCK, selected[0], id));
    }
    wrong.add(payload(BLOCK));
    wrong.add(payload(BLOCK, selected[1], selected[1]));
    wrong.add(payload(BLOCK, selected[0], selected[1], selected[1]));
    wrong.add(new byte[13]);
    wrong.add(payload(0, selected));
    for (byte[] payload : wrong) {
      client.extended(STATUS, 0, 7, 0, payload);
      Chunk chunk = client.chunk();
      assertEquals(22, chunk.error());
      assertFalse(chunk.message().isEmpty());
    }
    client.extended(STATUS, 0, 9, BLOCK, BLOCK);
    assertIds(selected, client.chunks());
  }

  /** One context that fails makes the request fail, with nothing of the others. */
  @Test
  void oneContextFails_reply_isTheErrorAlone() throws IOException {
    Mapped failing =
        new Mapped("", DIRTY, STATE) {
          @Override
          public void metaExtents(
              String context, long offset, long count, Flags flags, MetaSink sink)
              throws IOException {
            if (context.equals(STATE)) {
              throw new NbdException(NbdError.EIO, "the map is lost");
            }
            super.metaExtents(context, offset, count, flags, sink);
          }
        };
    try (ProtocolServer lost = ProtocolServer.of(failing)) {
      client = lost.client();
      agree(STRUCTURED_REPLY);
      select("", BASE, DIRTY, STATE);
      client.go("");
      client.request(STATUS, 0, 7, 0, BLOCK);
      List<Chunk> chunks = client.chunks();
      assertEquals(1, chunks.size());
      assertEquals(5, chunks.getFirst().error());
      assertEquals("the map is lost", chunks.getFirst().message());
    }
  }

  /** The export is opened for its contexts with the limits of any option. */
  @Test
  void manyQueries_answer_namesEachOnce() throws IOException {
    agree(STRUCTURED_REPLY);
    String[] queries = new String[2000];
    java.util.Arrays.fill(queries, DIRTY);
    assertEquals(List.of(DIRTY), ask(SET_META, "", queries));
    client.option(SET_META, new byte[(64 << 10) + 1]);
    assertEquals(TOO_BIG, client.reply().type());
  }
}
