package nbdj.tck.blackbox;

import static nbdj.tck.blackbox.BareClient.*;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Metadata contexts and block status. */
abstract class ContextClauses extends Clauses {
  private static final String QUERYING = "Metadata querying";
  private static final String OPTIONS = "Option types";
  private static final byte[] ALLOCATION = BareClient.text("base:allocation");

  ContextClauses(ProtocolConformance suite) {
    super(suite);
  }

  private BareClient structured() throws IOException {
    BareClient client = greet();
    agree(client, OPT_STRUCTURED_REPLY, "structured replies");
    return client;
  }

  private static long contexts(BareClient client, int option, Object... queries)
      throws IOException {
    client.option(option, BareClient.text(client.exportName()), queries.length, bytes(queries));
    List<OptionReply> replies = client.replies();
    same(REP_ACK, replies.getLast().type(), "the last reply");
    return replies.stream()
        .filter(reply -> reply.type() == REP_META_CONTEXT)
        .peek(reply -> reply.data().getInt())
        .filter(reply -> nameIn(reply.data()).equals("base:allocation"))
        .count();
  }

  private static String nameIn(ByteBuffer data) {
    return StandardCharsets.UTF_8.decode(data.duplicate()).toString();
  }

  private BareClient withContext() throws IOException {
    BareClient client = goStructured();
    Chapter.applies(client.hasAllocation, "the server does not offer base:allocation");
    return client;
  }

  @Test
  @Clause(value = OPTIONS, says = "contexts are not selected without structured replies")
  void select_beforeStructuredReplies_isInvalid() throws IOException {
    BareClient client = greet();
    client.option(OPT_SET_META_CONTEXT, BareClient.text(client.exportName()), 1, ALLOCATION);
    OptionReply reply = client.replies().getLast();
    Chapter.applies(reply.type() != REP_ERR_UNSUP, "the server has no metadata contexts");
    check(
        reply.type() == REP_ERR_INVALID || reply.type() == REP_ERR_EXT_HEADER_REQD,
        "the reply is 0x%x".formatted(reply.type()));
    goesOn(client.go());
  }

  @Test
  @Clause(value = OPTIONS, says = "a list without a query, or of a namespace, names the context")
  void list_ofAllOrANamespace_namesAllocation() throws IOException {
    BareClient client = structured();
    long all = contexts(client, OPT_LIST_META_CONTEXT);
    Chapter.applies(all > 0, "the server does not offer base:allocation");
    same(1, all, "how often base:allocation is listed");
    same(1, contexts(client, OPT_LIST_META_CONTEXT, (Object) BareClient.text("base:")), "of base:");
    same(0, contexts(client, OPT_LIST_META_CONTEXT, (Object) BareClient.text("x-no:")), "of x-no:");
  }

  @Test
  @Clause(value = QUERYING, says = "a query that finds nothing is no error")
  void select_unknown_isAcknowledged() throws IOException {
    BareClient client = structured();
    client.option(
        OPT_SET_META_CONTEXT,
        BareClient.text(client.exportName()),
        1,
        BareClient.text("x-none:such"));
    List<OptionReply> replies = client.replies();
    same(1, replies.size(), "the number of replies");
    same(REP_ACK, replies.getFirst().type(), "the reply");
    goesOn(client.go());
  }

  @Test
  @Clause(value = OPTIONS, says = "each SET_META_CONTEXT replaces what was selected before")
  void select_again_replaces() throws IOException {
    BareClient client = structured();
    Chapter.applies(
        contexts(client, OPT_SET_META_CONTEXT, (Object) ALLOCATION) == 1,
        "the server does not offer base:allocation");
    contexts(client, OPT_SET_META_CONTEXT);
    client.go();
    client.request(CMD_BLOCK_STATUS, 0, 1, 0, 512);
    fails(EINVAL, client.answer(0), "block status with no context");
    goesOn(client);
  }

  @Test
  @Clause(value = QUERYING, says = "block status without a context gets EINVAL")
  void blockStatus_withoutAContext_isInvalid() throws IOException {
    BareClient client = structured();
    client.go();
    client.request(CMD_BLOCK_STATUS, 0, 1, 0, 512);
    fails(EINVAL, client.answer(0), "block status");
    goesOn(client);
  }

  @Test
  @Clause(
      value = "Structured reply types",
      says = "block status is one chunk for the context, with extents that are not empty")
  void blockStatus_isOneChunkOfExtents() throws IOException {
    BareClient client = withContext();
    int count = (int) Math.min(client.size, 1 << 20);
    client.request(CMD_BLOCK_STATUS, 0, 7, 0, count);
    List<Chunk> reply = client.answer(0);
    List<Chunk> status = reply.stream().filter(chunk -> chunk.type() == 5).toList();
    same(1, status.size(), "the number of chunks NBD_REPLY_TYPE_BLOCK_STATUS");
    ByteBuffer data = status.getFirst().data();
    same(7, status.getFirst().cookie(), "the cookie");
    same(client.allocation, data.getInt(), "the context");
    same(0, data.remaining() % 8, "what is left after whole descriptors");
    check(data.hasRemaining(), "there is no descriptor");
    long at = 0;
    while (data.hasRemaining()) {
      check(at < count, "a descriptor begins after the range, at " + at);
      long length = data.getInt() & 0xffff_ffffL;
      check(length > 0, "a descriptor of no bytes");
      at += length;
      same(0, data.getInt() & ~3, "flags that base:allocation does not know");
    }
    check(at <= client.size, "the descriptors end after the export, at " + at);
  }

  /** Select all contexts that the server lists, and get their numbers. */
  private List<Integer> selectAll(BareClient client) throws IOException {
    client.option(OPT_LIST_META_CONTEXT, BareClient.text(client.exportName()), 0);
    List<byte[]> names = new ArrayList<>();
    for (OptionReply reply : client.replies()) {
      if (reply.type() == REP_META_CONTEXT) {
        reply.data().getInt();
        names.add(BareClient.text(nameIn(reply.data())));
      }
    }
    Chapter.applies(!names.isEmpty(), "the server lists no context");
    client.option(
        OPT_SET_META_CONTEXT,
        BareClient.text(client.exportName()),
        names.size(),
        bytes(names.toArray()));
    List<Integer> numbers =
        client.replies().stream()
            .filter(reply -> reply.type() == REP_META_CONTEXT)
            .map(reply -> reply.data().getInt())
            .toList();
    same(names.size(), numbers.size(), "how many of the listed contexts are selected");
    same(names.size(), new HashSet<>(numbers).size(), "how many numbers they have");
    return numbers;
  }

  @Test
  @Clause(
      value = "Structured reply types",
      says = "block status is one chunk for each selected context, the last of which is marked")
  void blockStatus_ofAllContexts_isAChunkEach() throws IOException {
    BareClient client = structured();
    List<Integer> numbers = selectAll(client);
    client.go();
    int count = (int) Math.min(client.size, 65536);
    for (int flags : new int[] {0, REQ_ONE}) {
      client.request(CMD_BLOCK_STATUS, flags, 7, 0, count);
      List<Chunk> reply = client.answer(0).stream().filter(chunk -> chunk.type() == 5).toList();
      same(numbers.size(), reply.size(), "the number of chunks");
      Set<Integer> told = new HashSet<>();
      for (Chunk chunk : reply) {
        told.add(chunk.data().getInt());
        check(chunk.data().remaining() >= 8, "a chunk has no descriptor");
        check(
            flags == 0 || chunk.data().remaining() == 8,
            "a chunk has more than one descriptor though one was asked for");
      }
      check(told.equals(Set.copyOf(numbers)), "the chunks are about contexts " + told);
    }
  }

  @Test
  @Clause(
      value = "Command flags",
      says = "with NBD_CMD_FLAG_REQ_ONE there is one extent, no longer than the range")
  void blockStatus_reqOne_isOneExtentInsideTheRange() throws IOException {
    BareClient client = withContext();
    for (int count : new int[] {1, 511, 512, 65536}) {
      client.request(CMD_BLOCK_STATUS, REQ_ONE, 7, 0, count);
      List<Chunk> reply = client.answer(0);
      same(5, reply.getFirst().type(), "the type of the chunk");
      same(12, reply.getFirst().data().remaining(), "the length of the chunk");
      long length = reply.getFirst().data().getInt(4) & 0xffff_ffffL;
      check(length <= count, "an extent of %d bytes for %d".formatted(length, count));
    }
  }

  @Test
  @Clause(value = "Error values", says = "block status past the end gets EINVAL")
  void blockStatus_pastTheEnd_isInvalid() throws IOException {
    BareClient client = withContext();
    for (long offset : new long[] {client.size, client.size - 1, -1, Long.MAX_VALUE}) {
      client.request(CMD_BLOCK_STATUS, 0, 1, offset, 2);
      fails(EINVAL, client.answer(0), "block status at " + offset);
    }
    goesOn(client);
  }

  @Test
  @Clause(
      value = "Metadata contexts",
      says = "what was written is not said to read as zeroes, what was zeroed may be")
  void blockStatus_ofData_isNotZero() throws IOException {
    BareClient client = withContext();
    needsWriting(client);
    byte[] data = new byte[65536];
    java.util.Arrays.fill(data, (byte) 'x');
    client.payload(CMD_WRITE, 0, 1, 65536, data);
    same(0, client.answer(0).getLast().error(), "the error of a write");
    client.request(CMD_BLOCK_STATUS, REQ_ONE, 7, 65536, 65536);
    same(0, client.answer(0).getFirst().data().getInt(8) & 2, "NBD_STATE_ZERO");
  }
}
