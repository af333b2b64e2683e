package nbdj.tck.blackbox;

import static nbdj.tck.blackbox.BareClient.*;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The greeting and the options. */
abstract class NegotiationClauses extends Clauses {
  private static final String OPTIONS = "Option types";
  private static final String REPLIES = "Option reply types";

  NegotiationClauses(ProtocolConformance suite) {
    super(suite);
  }

  private int replyTo(BareClient client, int option, Object... data) throws IOException {
    client.option(option, data);
    OptionReply reply = client.replies().getLast();
    same(option, reply.option(), "the option that a reply names");
    return reply.type();
  }

  @Test
  @Clause(value = "Newstyle negotiation", says = "the server greets with both magics and its flags")
  void greeting_hasMagicsAndFlags() throws IOException {
    int flags = connect().greet(3);
    check((flags & 1) != 0, "NBD_FLAG_FIXED_NEWSTYLE is not set");
    same(0, flags & ~3, "handshake flags that the specification does not know");
  }

  @Test
  @Clause(value = "Client flags", says = "the server drops a client that sets an unknown flag")
  void clientFlag_unknown_drops() throws IOException {
    BareClient client = connect();
    client.greet(1 << 7 | 3);
    check(client.isClosed(), "the server goes on");
  }

  @Test
  @Clause(value = OPTIONS, says = "NBD_OPT_ABORT is acknowledged, and the session ends")
  void abort_isAcknowledged() throws IOException {
    BareClient client = greet();
    same(REP_ACK, replyTo(client, OPT_ABORT), "the reply");
    check(client.isClosed(), "the server goes on");
  }

  @Test
  @Clause(value = REPLIES, says = "an option that the server does not know gets ERR_UNSUP")
  void option_unknown_isUnsupportedAndInStep() throws IOException {
    BareClient client = greet();
    for (int option : new int[] {0, 4, 77, 0x7fffffff, -1}) {
      same(REP_ERR_UNSUP, replyTo(client, option, new byte[33]), "option " + option);
    }
    goesOn(client.go());
  }

  @Test
  @Clause(value = OPTIONS, says = "NBD_OPT_LIST sends NBD_REP_SERVER for each export, then an ACK")
  void list_endsWithAnAcknowledgement() throws IOException {
    BareClient client = greet();
    client.option(OPT_LIST);
    List<OptionReply> replies = client.replies();
    same(REP_ACK, replies.getLast().type(), "the last reply");
    same(0, replies.getLast().data().remaining(), "the data of the acknowledgement");
    for (OptionReply reply : replies.subList(0, replies.size() - 1)) {
      same(REP_SERVER, reply.type(), "a reply");
      int length = reply.data().getInt();
      check(length >= 0 && length <= reply.data().remaining(), "a name is longer than its reply");
    }
    goesOn(client.go());
  }

  @Test
  @Clause(value = REPLIES, says = "NBD_OPT_LIST with data gets ERR_INVALID")
  void list_withData_isInvalid() throws IOException {
    BareClient client = greet();
    same(REP_ERR_INVALID, replyTo(client, OPT_LIST, new byte[5]), "the reply");
    goesOn(client.go());
  }

  @Test
  @Clause(value = OPTIONS, says = "NBD_OPT_INFO is answered with NBD_INFO_EXPORT and an ACK")
  void info_tellsTheExport() throws IOException {
    BareClient client = greet();
    client.option(OPT_INFO, text(client.exportName()), (short) 1, (short) 3);
    List<OptionReply> replies = client.replies();
    same(REP_ACK, replies.getLast().type(), "the last reply");
    int exports = 0;
    for (OptionReply reply : replies.subList(0, replies.size() - 1)) {
      same(REP_INFO, reply.type(), "a reply");
      exports += reply.data().getShort() == 0 ? 1 : 0;
    }
    same(1, exports, "the number of NBD_INFO_EXPORT");
    goesOn(client.go());
  }

  @Test
  @Clause(
      value = "Block size constraints",
      says = "the sizes told are powers of two, and the largest a multiple of the smallest")
  void info_tellsBlockSizesThatCanBe() throws IOException {
    BareClient client = greet();
    client.option(OPT_INFO, text(client.exportName()), (short) 1, (short) 3);
    for (OptionReply reply : client.replies()) {
      ByteBuffer data = reply.data();
      if (reply.type() != REP_INFO || data.getShort() != 3) {
        continue;
      }
      long minimum = data.getInt() & 0xffff_ffffL;
      long preferred = data.getInt() & 0xffff_ffffL;
      long maximum = data.getInt() & 0xffff_ffffL;
      check(Long.bitCount(minimum) == 1 && minimum <= 65536, "the minimum is " + minimum);
      check(
          Long.bitCount(preferred) == 1 && preferred >= 512 && preferred >= minimum,
          "the preferred size is " + preferred);
      check(
          maximum == 0xffff_ffffL || (maximum >= preferred && maximum % minimum == 0),
          "the maximum is " + maximum);
    }
  }

  @Test
  @Clause(value = OPTIONS, says = "an unknown information type is ignored")
  void info_unknownWish_isIgnored() throws IOException {
    BareClient client = greet();
    same(
        REP_ACK,
        replyTo(client, OPT_INFO, text(client.exportName()), (short) 2, (short) 3, (short) 999),
        "the last reply");
  }

  @Test
  @Clause(
      value = REPLIES,
      says = "INFO and GO of no export get ERR_UNKNOWN, and negotiation goes on")
  void missingExport_isUnknown() throws IOException {
    Optional<String> missing = suite.missingExport();
    Chapter.applies(missing.isPresent(), "missingExport() is not known");
    BareClient client = greet();
    for (int option : new int[] {OPT_INFO, OPT_GO, OPT_GO, OPT_INFO}) {
      same(REP_ERR_UNKNOWN, replyTo(client, option, text(missing.get()), (short) 0), "the reply");
    }
    goesOn(client.go());
  }

  @Test
  @Clause(value = OPTIONS, says = "NBD_OPT_EXPORT_NAME of no export ends the session")
  void exportName_missing_drops() throws IOException {
    Optional<String> missing = suite.missingExport();
    Chapter.applies(missing.isPresent(), "missingExport() is not known");
    BareClient client = greet();
    client.option(OPT_EXPORT_NAME, missing.get());
    check(client.isClosed(), "the server goes on");
  }

  @Test
  @Clause(value = OPTIONS, says = "EXPORT_NAME is answered without padding for who said so")
  void exportName_noZeroes_isTenBytes() throws IOException {
    BareClient client = greet();
    client.option(OPT_EXPORT_NAME, client.exportName());
    client.receive(10);
    goesOn(client);
  }

  @Test
  @Clause(value = OPTIONS, says = "EXPORT_NAME is answered with 124 zeroes for who did not say so")
  void exportName_withZeroes_isPadded() throws IOException {
    BareClient client = connect();
    client.greet(1);
    if (suite.tls().isPresent()) {
      client.startTls(suite.tls().get());
    }
    client.option(OPT_EXPORT_NAME, client.exportName());
    client.receive(10);
    byte[] padding = new byte[124];
    client.receive(124).get(padding);
    check(java.util.Arrays.equals(new byte[124], padding), "the padding is not of zeroes");
    goesOn(client);
  }

  @Test
  @Clause(value = REPLIES, says = "lengths that do not fit into the option get ERR_INVALID")
  void lengthsInside_tooLong_areInvalid() throws IOException {
    BareClient client = greet();
    byte[][] payloads = {
      {}, {0, 0, 0}, bytes(9, "a", (short) 0), bytes(-1, (short) 0), bytes(0, (short) 1)
    };
    for (byte[] payload : payloads) {
      for (int option : new int[] {OPT_INFO, OPT_GO}) {
        same(REP_ERR_INVALID, replyTo(client, option, payload), "the reply");
      }
    }
    goesOn(client.go());
  }

  @Test
  @Clause(value = OPTIONS, says = "an option with data that takes none gets ERR_INVALID")
  void structuredReply_withData_isInvalid() throws IOException {
    BareClient client = greet();
    int type = replyTo(client, OPT_STRUCTURED_REPLY, new byte[3]);
    Chapter.applies(type != REP_ERR_UNSUP, "the server does not offer structured replies");
    same(REP_ERR_INVALID, type, "the reply");
    goesOn(client.go());
  }

  @Test
  @Clause(
      value = "TLS support",
      says = "STARTTLS is refused without TLS, and invalid once it is in use")
  void startTls_isRefusedOrInvalid() throws IOException {
    BareClient client = greet();
    int type = replyTo(client, OPT_STARTTLS);
    if (suite.tls().isPresent()) {
      same(REP_ERR_INVALID, type, "the second");
    } else {
      check(type == REP_ERR_POLICY || type == REP_ERR_UNSUP || type == REP_ACK, "reply " + type);
      Chapter.applies(type != REP_ACK, "the server offers TLS");
    }
    goesOn(client.go());
  }

  @Test
  @Clause(
      value = "Transmission flags",
      says = "NBD_FLAG_HAS_FLAGS is set, and SEND_DF only after structured replies")
  void transmissionFlags_areAsNegotiated() throws IOException {
    BareClient client = goSimple();
    same(1, client.flags & 1, "NBD_FLAG_HAS_FLAGS");
    same(0, client.flags & SEND_DF, "NBD_FLAG_SEND_DF without structured replies");
    same(0, client.flags & BLOCK_STATUS_PAYLOAD, "NBD_FLAG_BLOCK_STATUS_PAYLOAD");
    check(client.size >= 0, "the size is " + Long.toUnsignedString(client.size));
  }

  @Test
  @Clause(value = "Newstyle negotiation", says = "options sent at once are answered in order")
  void options_pipelined_areAnsweredInOrder() throws IOException {
    BareClient client = greet();
    client.send(IHAVEOPT, 77, 0, IHAVEOPT, 78, 2, new byte[2], IHAVEOPT, OPT_LIST, 0);
    same(77, client.reply().option(), "the first reply's option");
    same(78, client.reply().option(), "the second reply's option");
    same(OPT_LIST, client.replies().getLast().option(), "the third reply's option");
    goesOn(client.go());
  }
}
