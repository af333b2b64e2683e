package nbdj.tck.blackbox;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** What the chapters of the conformance suite have in common. */
abstract class Clauses {
  final ProtocolConformance suite;
  private final Deque<BareClient> clients = new ArrayDeque<>();

  Clauses(ProtocolConformance suite) {
    this.suite = suite;
  }

  /** Connect, and take the server's greeting. */
  final BareClient connect() throws IOException {
    BareClient client = new BareClient(suite.uri());
    clients.push(client);
    return client;
  }

  /** Connect, greet, and encrypt if that is what the suite is about. */
  final BareClient greet() throws IOException {
    BareClient client = connect();
    client.greet(3);
    if (suite.tls().isPresent()) {
      client.startTls(suite.tls().get());
    }
    return client;
  }

  /** Greet and go to the export with simple replies. */
  final BareClient goSimple() throws IOException {
    return greet().go();
  }

  /** Greet and go with structured replies and base:allocation, if the server has both. */
  final BareClient goStructured() throws IOException {
    BareClient client = greet();
    agree(client, BareClient.OPT_STRUCTURED_REPLY, "structured replies");
    client.selectAllocation();
    return client.go();
  }

  /** Greet and go with extended headers and base:allocation, if the server has both. */
  final BareClient goExtended() throws IOException {
    BareClient client = greet();
    agree(client, BareClient.OPT_EXTENDED_HEADERS, "extended headers");
    client.useExtended();
    client.selectAllocation();
    return client.go();
  }

  /** Agree on an option, or skip the test where the server does not know it. */
  static void agree(BareClient client, int option, String what) throws IOException {
    client.option(option);
    int type = client.reply().type();
    Chapter.applies(type != BareClient.REP_ERR_UNSUP, "the server does not offer " + what);
    same(BareClient.REP_ACK, type, what);
  }

  /** Skip the test unless the export has a transmission flag. */
  static void needs(BareClient client, int flag, String what) {
    Chapter.applies((client.flags & flag) != 0, "the export does not offer " + what);
  }

  static void needsWriting(BareClient client) {
    Chapter.applies((client.flags & BareClient.READ_ONLY) == 0, "the export is read-only");
  }

  static void same(long expected, long actual, String what) {
    if (expected != actual) {
      throw new AssertionError("%s: 0x%x instead of 0x%x".formatted(what, actual, expected));
    }
  }

  static void check(boolean condition, String finding) {
    if (!condition) {
      throw new AssertionError(finding);
    }
  }

  /** Check that the last of some chunks tells an error. */
  static void fails(int error, List<BareClient.Chunk> reply, String what) {
    same(error, reply.getLast().error(), what);
  }

  /** Check that requests are answered. */
  static void goesOn(BareClient client) throws IOException {
    client.request(BareClient.CMD_READ, 0, 4711, 0, 16);
    List<BareClient.Chunk> reply = client.answer(16);
    same(4711, reply.getLast().cookie(), "the cookie of a read that follows");
    same(0, reply.getLast().error(), "the error of a read that follows");
  }

  @AfterEach
  final void closeAll() throws IOException {
    while (!clients.isEmpty()) {
      clients.pop().close();
    }
  }
}
