package nbdj.tck.blackbox;

import static nbdj.tck.blackbox.BareClient.*;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Requests and replies with headers of 32 bits. */
abstract class TransmissionClauses extends Clauses {
  private static final String REQUESTS = "Request types";
  private static final String ERRORS = "Error values";
  private static final String FLAGS = "Command flags";

  TransmissionClauses(ProtocolConformance suite) {
    super(suite);
  }

  private List<BareClient> both() throws IOException {
    return List.of(goSimple(), goStructured());
  }

  private static byte[] random(int count) {
    byte[] data = new byte[count];
    new Random(count).nextBytes(data);
    return data;
  }

  private static void write(BareClient client, long offset, byte[] data) throws IOException {
    client.payload(CMD_WRITE, 0, 1, offset, data);
    same(0, client.answer(0).getLast().error(), "the error of a write");
  }

  private static byte[] read(BareClient client, int flags, long offset, int count)
      throws IOException {
    client.request(CMD_READ, flags, 2, offset, count);
    return assemble(client.answer(count), offset, count);
  }

  @Test
  @Clause(value = REQUESTS, says = "what was written is read, by simple and structured replies")
  void write_thenRead_isTheSame() throws IOException {
    BareClient client = goSimple();
    needsWriting(client);
    for (int count : new int[] {1, 511, 4096, 65536, 200_000}) {
      byte[] data = random(count);
      write(client, 12_345, data);
      check(Arrays.equals(data, read(client, 0, 12_345, count)), count + " bytes differ");
    }
    client.close();
    BareClient structured = goStructured();
    byte[] expected = random(200_000);
    check(Arrays.equals(expected, read(structured, 0, 12_345, 200_000)), "the bytes differ");
  }

  @Test
  @Clause(
      value = "Simple reply message",
      says = "a simple reply has the request's cookie, whatever it is")
  void cookies_areGivenBack() throws IOException {
    BareClient client = goSimple();
    for (long cookie : new long[] {0, 1, -1, Long.MIN_VALUE, 0x6744669867446698L}) {
      client.request(CMD_READ, 0, cookie, 0, 1);
      Chunk reply = client.chunk(1);
      same(cookie, reply.cookie(), "the cookie");
    }
  }

  @Test
  @Clause(
      value = "Structured reply chunk message",
      says = "once agreed on, a read never gets a simple reply, not even for an error")
  void read_structured_neverGetsASimpleReply() throws IOException {
    BareClient client = goStructured();
    client.request(CMD_READ, 0, 1, 0, 512);
    check(client.answer(512).stream().noneMatch(chunk -> chunk.type() == -1), "a simple reply");
    client.request(CMD_READ, 1 << 15, 1, 0, 512);
    check(client.answer(512).stream().noneMatch(chunk -> chunk.type() == -1), "a simple error");
    client.request(CMD_READ, 0, 1, client.size, 512);
    check(client.answer(512).stream().noneMatch(chunk -> chunk.type() == -1), "a simple error");
    goesOn(client);
  }

  @Test
  @Clause(value = REQUESTS, says = "with NBD_CMD_FLAG_DF there is at most one content chunk")
  void read_df_isOneChunk() throws IOException {
    BareClient client = goStructured();
    needs(client, SEND_DF, "NBD_FLAG_SEND_DF");
    client.request(CMD_READ, DF, 1, 0, 65536);
    List<Chunk> reply = client.answer(0);
    same(1, reply.stream().filter(c -> c.type() == 1 || c.type() == 2).count(), "content chunks");
    assemble(reply, 0, 65536);
  }

  @Test
  @Clause(value = FLAGS, says = "DF without structured replies gets EINVAL")
  void read_dfWithoutStructuredReplies_isInvalid() throws IOException {
    BareClient client = goSimple();
    client.request(CMD_READ, DF, 1, 0, 512);
    fails(EINVAL, client.answer(512), "the read");
    goesOn(client);
  }

  @Test
  @Clause(value = ERRORS, says = "a read past the end gets EINVAL, and the connection goes on")
  void read_pastTheEnd_isInvalid() throws IOException {
    for (BareClient client : both()) {
      for (long offset : new long[] {client.size, client.size - 1, Long.MAX_VALUE, -1, -512}) {
        client.request(CMD_READ, 0, 1, offset, 512);
        fails(EINVAL, client.answer(512), "a read at " + offset);
      }
      goesOn(client);
    }
  }

  @Test
  @Clause(value = ERRORS, says = "a write past the end gets ENOSPC, its data taken all the same")
  void write_pastTheEnd_hasNoSpace() throws IOException {
    for (BareClient client : both()) {
      needsWriting(client);
      for (long offset : new long[] {client.size, client.size - 1, Long.MAX_VALUE, -1}) {
        client.payload(CMD_WRITE, 0, 1, offset, new byte[4096]);
        fails(ENOSPC, client.answer(0), "a write at " + offset);
      }
      goesOn(client);
    }
  }

  @Test
  @Clause(value = ERRORS, says = "zeroing past the end gets ENOSPC, a trim EINVAL")
  void zeroAndTrim_pastTheEnd_areRefused() throws IOException {
    BareClient client = goStructured();
    needsWriting(client);
    needs(client, SEND_WRITE_ZEROES, "NBD_CMD_WRITE_ZEROES");
    client.request(CMD_WRITE_ZEROES, 0, 1, client.size - 1, 0xffff_0000L);
    fails(ENOSPC, client.answer(0), "zeroing");
    needs(client, SEND_TRIM, "NBD_CMD_TRIM");
    client.request(CMD_TRIM, 0, 1, client.size - 1, 0xffff_0000L);
    fails(EINVAL, client.answer(0), "a trim");
    goesOn(client);
  }

  @Test
  @Clause(value = ERRORS, says = "an unknown command gets EINVAL")
  void command_unknown_isInvalid() throws IOException {
    for (BareClient client : both()) {
      for (int type : new int[] {8, 99, 0xffff}) {
        client.request(type, 0, 1, 0, 512);
        fails(EINVAL, client.answer(0), "command " + type);
      }
      goesOn(client);
    }
  }

  @Test
  @Clause(value = ERRORS, says = "an unknown flag, or one that is not for the command, gets EINVAL")
  void flag_unknownOrElsewhere_isInvalid() throws IOException {
    BareClient client = goStructured();
    int[][] wrong = {
      {CMD_READ, 1 << 15}, {CMD_READ, NO_HOLE}, {CMD_READ, REQ_ONE}, {CMD_READ, PAYLOAD_LEN}
    };
    for (int[] each : wrong) {
      client.request(each[0], each[1], 1, 0, 512);
      fails(EINVAL, client.answer(512), "a read with the flags " + each[1]);
    }
    needs(client, SEND_FLUSH, "NBD_CMD_FLUSH");
    client.request(CMD_FLUSH, NO_HOLE, 1, 0, 0);
    fails(EINVAL, client.answer(0), "a flush with NBD_CMD_FLAG_NO_HOLE");
    goesOn(client);
  }

  @Test
  @Clause(value = FLAGS, says = "a write with a flag that is not its own is refused in step")
  void write_withAWrongFlag_isInvalidAndInStep() throws IOException {
    BareClient client = goStructured();
    needsWriting(client);
    client.payload(CMD_WRITE, DF, 1, 0, new byte[3000]);
    fails(EINVAL, client.answer(0), "the write");
    goesOn(client);
  }

  @Test
  @Clause(value = FLAGS, says = "FUA is accepted on all commands once it is offered")
  void fua_isAcceptedOnAll() throws IOException {
    BareClient client = goSimple();
    needsWriting(client);
    needs(client, SEND_FUA, "FUA");
    client.payload(CMD_WRITE, FUA, 1, 0, new byte[512]);
    same(0, client.answer(0).getLast().error(), "the error of a write");
    client.request(CMD_READ, FUA, 1, 0, 512);
    same(0, client.answer(512).getLast().error(), "the error of a read");
    int[][] offered = {
      {CMD_FLUSH, SEND_FLUSH, 0},
      {CMD_TRIM, SEND_TRIM, 4096},
      {CMD_WRITE_ZEROES, SEND_WRITE_ZEROES, 4096},
      {CMD_CACHE, SEND_CACHE, 4096}
    };
    for (int[] each : offered) {
      if ((client.flags & each[1]) != 0) {
        client.request(each[0], FUA, 1, 0, each[2]);
        same(0, client.answer(0).getLast().error(), "the error of command " + each[0]);
      }
    }
  }

  @Test
  @Clause(value = REQUESTS, says = "a request of no bytes does not end the connection")
  void request_ofNoBytes_goesOn() throws IOException {
    for (BareClient client : both()) {
      int[][] offered = {
        {CMD_READ, 1}, {CMD_TRIM, SEND_TRIM}, {CMD_WRITE_ZEROES, SEND_WRITE_ZEROES}
      };
      for (int[] each : offered) {
        if ((client.flags & each[1]) != 0) {
          client.request(each[0], 0, 5, 0, 0);
          same(5, client.answer(0).getLast().cookie(), "the cookie");
        }
      }
      goesOn(client);
    }
  }

  @Test
  @Clause(value = REQUESTS, says = "zeroed bytes read as zeroes, and what is beside them stays")
  void zeroes_areRead() throws IOException {
    BareClient client = goStructured();
    needsWriting(client);
    needs(client, SEND_WRITE_ZEROES, "NBD_CMD_WRITE_ZEROES");
    byte[] data = random(100_000);
    write(client, 1000, data);
    for (int flags : new int[] {0, NO_HOLE}) {
      client.request(CMD_WRITE_ZEROES, flags, 1, 2000, 70_000);
      same(0, client.answer(0).getLast().error(), "the error of zeroing");
      byte[] expected = data.clone();
      Arrays.fill(expected, 1000, 71_000, (byte) 0);
      check(Arrays.equals(expected, read(client, 0, 1000, 100_000)), "the bytes differ");
      write(client, 1000, data);
    }
  }

  @Test
  @Clause(value = "Transmission", says = "requests under way may share a cookie; all are answered")
  void requests_pipelined_areAllAnswered() throws IOException {
    BareClient client = goSimple();
    byte[] all = new byte[0];
    for (int i = 0; i < 100; i++) {
      byte[] one = bytes(REQUEST, (short) 0, (short) CMD_READ, (long) (i / 2), (long) i, 16);
      all = bytes(all, one);
    }
    client.send(all);
    Set<Long> cookies = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      Chunk reply = client.chunk(16);
      same(0, reply.error(), "the error of a read");
      cookies.add(reply.cookie());
    }
    same(50, cookies.size(), "the number of cookies");
  }

  @Test
  @Clause(
      value = "Terminating the transmission phase",
      says = "NBD_CMD_DISC gets no reply, after requests under way were answered")
  void disconnect_answersAllThenCloses() throws IOException {
    BareClient client = goSimple();
    client.send(
        bytes(REQUEST, (short) 0, (short) CMD_READ, 9L, 0L, 16),
        bytes(REQUEST, (short) 0, (short) CMD_DISC, 0L, 0L, 0));
    Chunk reply = client.chunk(16);
    same(9, reply.cookie(), "the cookie");
    check(client.isClosed(), "the server sends more");
  }

  @Test
  @Clause(value = "Request message", says = "a request that begins with another magic ends it all")
  void magic_wrong_drops() throws IOException {
    BareClient client = goSimple();
    client.send(0x12345678, new byte[24]);
    check(client.isClosed(), "the server goes on");
  }

  @Test
  @Clause(value = ERRORS, says = "writing to a read-only export gets EPERM")
  void readOnly_writes_areRefused() throws IOException {
    BareClient client = goSimple();
    Chapter.applies((client.flags & READ_ONLY) != 0, "the export is not read-only");
    client.payload(CMD_WRITE, 0, 1, 0, new byte[512]);
    fails(EPERM, client.answer(0), "a write");
    client.request(CMD_TRIM, 0, 1, 0, 512);
    fails(EPERM, client.answer(0), "a trim");
    goesOn(client);
  }
}
