package nbdj.tck.blackbox;

import static nbdj.tck.blackbox.BareClient.*;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Requests and replies with headers of 64 bits. Skipped where the server does not know them. */
abstract class ExtendedClauses extends Clauses {
  private static final String HEADERS = "Extended reply chunk message";
  private static final String OPTIONS = "Option types";

  ExtendedClauses(ProtocolConformance suite) {
    super(suite);
  }

  private BareClient withPayload() throws IOException {
    BareClient client = goExtended();
    needs(client, BLOCK_STATUS_PAYLOAD, "block status with a payload");
    return client;
  }

  @Test
  @Clause(value = OPTIONS, says = "structured replies after extended headers get EXT_HEADER_REQD")
  void structuredReply_afterwards_isRefused() throws IOException {
    BareClient client = greet();
    agree(client, OPT_EXTENDED_HEADERS, "extended headers");
    client.useExtended();
    client.option(OPT_STRUCTURED_REPLY);
    same(REP_ERR_EXT_HEADER_REQD, client.reply().type(), "the reply");
    goesOn(client.go());
  }

  @Test
  @Clause(value = OPTIONS, says = "extended headers with data get ERR_INVALID")
  void extendedHeaders_withData_isInvalid() throws IOException {
    BareClient client = greet();
    client.option(OPT_EXTENDED_HEADERS, new byte[1]);
    int type = client.reply().type();
    Chapter.applies(type != REP_ERR_UNSUP, "the server does not offer extended headers");
    same(REP_ERR_INVALID, type, "the reply");
    goesOn(client.go());
  }

  @Test
  @Clause(value = HEADERS, says = "all replies are extended, with the request's cookie and offset")
  void replies_areExtended() throws IOException {
    BareClient client = goExtended();
    client.request(CMD_READ, 0, 99, 4096, 512);
    for (Chunk chunk : client.answer(0)) {
      same(99, chunk.cookie(), "the cookie");
      same(4096, chunk.offset(), "the offset");
    }
    needs(client, SEND_FLUSH, "NBD_CMD_FLUSH");
    client.request(CMD_FLUSH, 0, 98, 0, 0);
    Chunk done = client.answer(0).getLast();
    same(0, done.error(), "the error of a flush");
    same(98, done.cookie(), "the cookie");
  }

  @Test
  @Clause(value = "Request message", says = "a write carries its data with PAYLOAD_LEN")
  void write_withPayload_isRead() throws IOException {
    BareClient client = goExtended();
    needsWriting(client);
    byte[] data = new byte[100_000];
    new Random(8).nextBytes(data);
    client.payload(CMD_WRITE, 0, 1, 777, data);
    same(0, client.answer(0).getLast().error(), "the error of a write");
    client.request(CMD_READ, 0, 2, 777, data.length);
    byte[] read = assemble(client.answer(0), 777, data.length);
    check(Arrays.equals(data, read), "the bytes differ");
  }

  @Test
  @Clause(value = "Command flags", says = "a payload that a command does not take gets EINVAL")
  void payload_notTaken_isInvalidAndInStep() throws IOException {
    BareClient client = goExtended();
    for (int type : new int[] {CMD_READ, CMD_TRIM, CMD_CACHE, 99}) {
      client.payload(type, 0, 5, 0, new byte[5000]);
      fails(EINVAL, client.answer(0), "command " + type);
    }
    goesOn(client);
  }

  @Test
  @Clause(value = "Error values", says = "lengths of 2^63 and offsets beyond all get EINVAL")
  void ranges_beyondAll_areInvalid() throws IOException {
    BareClient client = goExtended();
    long[][] ranges = {{0, Long.MIN_VALUE}, {-1, -1}, {1, -1}, {Long.MAX_VALUE, Long.MAX_VALUE}};
    for (long[] range : ranges) {
      client.request(CMD_BLOCK_STATUS, 0, 1, range[0], range[1]);
      fails(EINVAL, client.answer(0), "block status");
      client.request(CMD_READ, 0, 1, range[0], range[1]);
      fails(EINVAL, client.answer(0), "a read");
    }
    goesOn(client);
  }

  @Test
  @Clause(
      value = "Structured reply types",
      says = "block status is of type EXT, its count that of its descriptors or 0")
  void blockStatus_isExtended() throws IOException {
    BareClient client = goExtended();
    Chapter.applies(client.hasAllocation, "the server does not offer base:allocation");
    client.request(CMD_BLOCK_STATUS, 0, 1, 0, client.size);
    List<Chunk> reply = client.answer(0);
    same(6, reply.getFirst().type(), "the type of the chunk");
    ByteBuffer data = reply.getFirst().data();
    same(client.allocation, data.getInt(), "the context");
    int count = data.getInt();
    same(0, data.remaining() % 16, "what is left after whole descriptors");
    check(count == 0 || count == data.remaining() / 16, "a count of " + count);
    long at = 0;
    while (data.hasRemaining()) {
      long length = data.getLong();
      check(length > 0 && length <= client.size - at, "a descriptor of %d".formatted(length));
      at += length;
      same(0, data.getLong() & ~3, "flags that base:allocation does not know");
    }
  }

  @Test
  @Clause(value = "Request types", says = "block status may name its contexts in a payload")
  void blockStatus_withPayload_isOfTheContextsNamed() throws IOException {
    BareClient client = withPayload();
    client.payload(CMD_BLOCK_STATUS, REQ_ONE, 1, 0, bytes(4096L, client.allocation));
    List<Chunk> reply = client.answer(0);
    same(6, reply.getFirst().type(), "the type of the chunk");
    check(reply.getFirst().data().getLong(8) <= 4096, "an extent longer than the range");
  }

  @Test
  @Clause(value = "Request types", says = "a payload that names another context gets EINVAL")
  void blockStatus_withAWrongPayload_isInvalidAndInStep() throws IOException {
    BareClient client = withPayload();
    byte[][] wrong = {bytes(4096L, client.allocation + 7), new byte[9], new byte[100]};
    for (byte[] payload : wrong) {
      client.payload(CMD_BLOCK_STATUS, 0, 1, 0, payload);
      fails(EINVAL, client.answer(0), "a payload of %d bytes".formatted(payload.length));
    }
    goesOn(client);
  }

  @Test
  @Clause(value = "Request message", says = "a payload longer than any ends the connection")
  void payload_tooLong_drops() throws IOException {
    BareClient client = goExtended();
    client.request(CMD_WRITE, PAYLOAD_LEN, 1, 0, Long.MAX_VALUE);
    check(client.isClosed(), "the server goes on");
  }
}
