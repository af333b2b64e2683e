package nbdj.runtime.protocol;

import static nbdj.runtime.testing.RawClient.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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

/** The handshake, clause by clause of the NBD specification. */
@Timeout(60)
class HandshakeTests {
  private static final long SIZE = 1L << 20;

  private ProtocolServer server;
  private RawClient client;

  @BeforeEach
  void connect() throws IOException {
    server = ProtocolServer.of(new MemoryExport("canonical", SIZE));
    client = server.client();
  }

  @AfterEach
  void disconnect() throws IOException {
    client.close();
    server.close();
  }

  @Test
  void greeting_isFixedNewstyleWithNoZeroes() throws IOException {
    ByteBuffer greeting = client.receive(18);
    assertEquals(0x4e42444d41474943L, greeting.getLong());
    assertEquals(IHAVEOPT, greeting.getLong());
    assertEquals(3, greeting.getShort());
  }

  @Test
  void clientFlags_unknown_closes() throws IOException {
    client.greet(4);
    assertTrue(client.isClosed());
  }

  @Test
  void optionMagic_wrong_closes() throws IOException {
    client.greet();
    client.send(ByteBuffer.allocate(16).putLong(1).putInt(LIST).putInt(0));
    assertTrue(client.isClosed());
  }

  @Test
  void exportName_noZeroes_answersSizeAndFlagsAlone() throws IOException {
    client.greet(3);
    client.option(EXPORT_NAME);
    ByteBuffer reply = client.receive(10);
    assertEquals(SIZE, reply.getLong());
    assertEquals(0x0d6d, reply.getShort() & 0xffff);
    client.request(READ, 0, 7, 0, 1);
    assertEquals(SIMPLE, client.receive(17).getInt());
  }

  @Test
  void exportName_withoutNoZeroes_is124ZeroesLonger() throws IOException {
    client.greet(1);
    client.option(EXPORT_NAME);
    client.receive(10);
    assertArrayEquals(new byte[124], client.receive(124).array());
    client.request(READ, 0, 7, 0, 1);
    assertEquals(SIMPLE, client.receive(17).getInt());
  }

  @Test
  void exportName_unknownExport_closes() throws IOException {
    client.greet();
    client.option(EXPORT_NAME, "absent".getBytes(StandardCharsets.UTF_8));
    assertTrue(client.isClosed());
  }

  @Test
  void abort_acknowledgesAndCloses() throws IOException, InterruptedException {
    client.greet();
    client.option(ABORT);
    assertEquals(ACK, client.reply().type());
    assertTrue(client.isClosed());
    server.awaitEnd();
    assertEquals(1, server.clientsClosed.get());
  }

  @Test
  void list_namesAllExportsWithDescriptions() throws IOException {
    client.greet();
    client.option(LIST);
    List<OptionReply> replies = client.replies();
    assertEquals(3, replies.size());
    ByteBuffer other = replies.get(1).bytes();
    assertEquals(5, other.getInt());
    assertTrue(replies.get(1).text().endsWith("otherabout other"));
  }

  @ParameterizedTest
  @ValueSource(ints = {LIST, STARTTLS, STRUCTURED_REPLY, EXTENDED_HEADERS})
  void optionWithoutData_data_isInvalidAndInStep(int option) throws IOException {
    client.greet();
    client.option(option, new byte[5]);
    assertEquals(INVALID, client.reply().type());
    client.go("");
    assertEquals(SIZE, client.size);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, PEEK, 12, 1000, -1})
  void option_unknown_isUnsupportedAndInStep(int option) throws IOException {
    client.greet();
    client.option(option, new byte[100]);
    OptionReply reply = client.reply();
    assertEquals(UNSUP, reply.type());
    assertEquals(option, reply.option());
    client.go("");
  }

  @Test
  void starttls_isRefusedByPolicyWithAReason() throws IOException {
    client.greet();
    client.option(STARTTLS);
    OptionReply reply = client.reply();
    assertEquals(POLICY, reply.type());
    assertTrue(reply.text().contains("TLS"));
    client.go("");
  }

  @Test
  void info_sendsExportAndWhatIsAskedFor() throws IOException {
    client.greet();
    client.option(INFO, infoPayload("", 1, 2, 3, 77));
    List<OptionReply> replies = client.replies();
    assertEquals(5, replies.size());
    ByteBuffer export = replies.get(0).bytes();
    assertEquals(0, export.getShort());
    assertEquals(SIZE, export.getLong());
    assertEquals(0x0d6d, export.getShort() & 0xffff);
    assertTrue(replies.get(1).text().endsWith("canonical"));
    assertTrue(replies.get(2).text().endsWith("an export in memory"));
    ByteBuffer blockSize = replies.get(3).bytes();
    assertEquals(3, blockSize.getShort());
    assertEquals(1, blockSize.getInt());
    assertEquals(MemoryExport.PAGE, blockSize.getInt());
    assertEquals(64 << 20, blockSize.getInt());
  }

  @Test
  void info_nothingAskedFor_sendsExportAlone() throws IOException {
    client.greet();
    client.option(INFO, infoPayload(""));
    assertEquals(2, client.replies().size());
  }

  @Test
  void infoAndGo_unknownExport_isUnknownWithReasonAndGoesOn() throws IOException {
    client.greet();
    for (int option : new int[] {INFO, GO, GO, INFO}) {
      client.option(option, infoPayload("a\u001b[31m\nb"));
      List<OptionReply> replies = client.replies();
      assertEquals(1, replies.size());
      assertEquals(UNKNOWN, replies.getFirst().type());
      assertEquals("there is no export 'a\\u{1b}[31m\\u{a}b'", replies.getFirst().text());
    }
    client.go("");
  }

  @Test
  void infoThenGo_oneName_opensOnce() throws Exception {
    client.greet();
    client.option(INFO, infoPayload(""));
    client.replies();
    client.option(LIST);
    client.replies();
    client.go("");
    client.close();
    server.awaitEnd();
    assertEquals(1, server.opens.get());
    assertEquals(1, server.releases.get());
  }

  @Test
  void infoThenGo_anotherName_releasesTheFirst() throws Exception {
    client.greet();
    client.option(INFO, infoPayload("other"));
    client.replies();
    client.go("");
    assertEquals(2, server.opens.get());
    assertEquals(1, server.releases.get());
    client.close();
    server.awaitEnd();
    assertEquals(2, server.releases.get());
  }

  @Test
  void structuredReply_twice_isInvalid() throws IOException {
    client.greet();
    client.option(STRUCTURED_REPLY);
    assertEquals(ACK, client.reply().type());
    client.option(STRUCTURED_REPLY);
    assertEquals(INVALID, client.reply().type());
    client.go("");
    assertEquals(0x0d6d | 1 << 7, client.flags);
  }

  @Test
  void metaContext_beforeStructured_isInvalid() throws IOException {
    client.greet();
    for (int option : new int[] {LIST_META, SET_META}) {
      client.option(option, metaPayload("", "base:allocation"));
      assertEquals(INVALID, client.reply().type());
    }
    client.go("");
  }

  @Test
  void listMetaContext_wildcardOrNothingOrName_answersAllocation() throws IOException {
    structured();
    for (String[] queries :
        new String[][] {{}, {"base:"}, {"base:allocation"}, {"x-no:thing", "base:"}}) {
      client.option(LIST_META, metaPayload("", queries));
      List<OptionReply> replies = client.replies();
      assertEquals(2, replies.size());
      assertEquals(0, replies.getFirst().bytes().getInt());
      assertTrue(replies.getFirst().text().endsWith("base:allocation"));
    }
    client.option(LIST_META, metaPayload("", "x-no:thing", "base:none", "qemu:"));
    assertEquals(ACK, client.reply().type());
  }

  @Test
  void setMetaContext_wildcardOrNothing_selectsNothing() throws IOException {
    structured();
    for (String[] queries : new String[][] {{}, {"base:"}, {"x-no:allocation"}}) {
      client.option(SET_META, metaPayload("", queries));
      assertEquals(ACK, client.reply().type());
    }
    client.go("");
    assertEquals(22, status().getFirst().error());
  }

  @Test
  void setMetaContext_otherExportThanGo_selectsNothing() throws IOException {
    structured();
    client.option(SET_META, metaPayload("other", "base:allocation"));
    assertEquals(2, client.replies().size());
    client.go("");
    assertEquals(22, status().getFirst().error());
  }

  @Test
  void setMetaContext_failingAfterSuccess_selectsNothing() throws IOException {
    structured();
    client.option(SET_META, metaPayload("", "base:allocation"));
    client.replies();
    client.option(SET_META, new byte[3]);
    assertEquals(INVALID, client.reply().type());
    client.go("");
    assertEquals(22, status().getFirst().error());
  }

  @Test
  void setMetaContext_thenGo_answersBlockStatus() throws IOException {
    structured();
    client.option(SET_META, metaPayload("", "base:allocation"));
    assertTrue(client.replies().getFirst().bytes().getInt() != 0);
    client.go("");
    assertEquals(5, status().getFirst().type());
  }

  private void structured() throws IOException {
    client.greet();
    client.option(STRUCTURED_REPLY);
    client.reply();
  }

  private List<Chunk> status() throws IOException {
    client.request(STATUS, 0, 1, 0, 1);
    return client.chunks();
  }

  @Test
  void lengthsInside_disagreeingWithTheOption_areInvalidAndInStep() throws IOException {
    structured();
    byte[][] payloads = {
      {},
      {0, 0, 0},
      {0, 0, 0, 0},
      {0, 0, 0, 9, 'a', 0, 0},
      {-1, -1, -1, -1, 0, 0},
      {0, 0, 0, 0, 0, 1},
      {0, 0, 0, 0, -1, -1, 0, 0},
      {0, 0, 0, 0, 0, 0, 7},
      {0, 0, 0, 1, 0, 0, 0},
      {0, 0, 0, 1, (byte) 0xc3, 0, 0},
    };
    for (byte[] payload : payloads) {
      for (int option : new int[] {INFO, GO}) {
        client.option(option, payload);
        assertEquals(INVALID, client.reply().type(), () -> java.util.Arrays.toString(payload));
      }
    }
    client.go("");
  }

  @Test
  void metaLengthsInside_disagreeingWithTheOption_areInvalidAndInStep() throws IOException {
    structured();
    for (int option : new int[] {LIST_META, SET_META}) {
      for (byte[] payload :
          new byte[][] {{}, {0, 0, 0, 0}, {0, 0, 0, 0, 0, 0, 0, 1}, {0, 0, 0, 0, -1, -1, -1, -1}}) {
        client.option(option, payload);
        assertEquals(INVALID, client.reply().type());
      }
    }
    client.go("");
  }

  @Test
  void exportName_longerThanAString_isInvalid() throws IOException {
    client.greet();
    client.option(INFO, infoPayload("x".repeat(4097)));
    assertEquals(INVALID, client.reply().type());
    client.option(INFO, infoPayload("x".repeat(4096)));
    OptionReply reply = client.reply();
    assertEquals(UNKNOWN, reply.type());
    assertEquals(4096, reply.data().length);
    client.go("");
  }

  @Test
  void optionLength_overTheLimit_isTooBigAndInStep() throws IOException {
    client.greet();
    client.option(INFO, new byte[9000]);
    assertEquals(TOO_BIG, client.reply().type());
    client.option(LIST_META, new byte[(64 << 10) + 1]);
    assertEquals(TOO_BIG, client.reply().type());
    client.go("");
  }

  @Test
  void optionLength_ofAllThereIs_isTooBigAndCloses() throws IOException {
    client.greet();
    client.send(optionHeader(GO, -1));
    assertEquals(TOO_BIG, client.reply().type());
    assertTrue(client.isClosed());
  }

  @Test
  void options_tooMany_close() throws IOException {
    client.greet();
    for (int i = 0; i < 32; i++) {
      client.option(1000);
      assertEquals(UNSUP, client.reply().type());
    }
    client.option(1000);
    assertTrue(client.isClosed());
  }

  @Test
  void options_sentAtOnce_areAnsweredInOrder() throws IOException {
    client.send(
        ByteBuffer.allocate(200)
            .putInt(3)
            .put(optionHeader(STRUCTURED_REPLY, 0).flip())
            .put(optionHeader(1000, 0).flip())
            .put(optionHeader(GO, 6).flip())
            .put(infoPayload(""))
            .put(requestHeader(READ, 0, 5, 0, 10).flip()));
    client.receive(18);
    assertEquals(ACK, client.reply().type());
    assertEquals(UNSUP, client.reply().type());
    assertEquals(ACK, client.replies().getLast().type());
    assertEquals(5, client.chunk().cookie());
  }

  @Test
  void hangUp_atEveryByte_closesEachOpenOnce() throws Exception {
    ByteBuffer all =
        ByteBuffer.allocate(400)
            .putInt(3)
            .put(optionHeader(STRUCTURED_REPLY, 0).flip())
            .put(optionHeader(INFO, 8).flip())
            .put(infoPayload("", 3))
            .put(optionHeader(LIST, 0).flip())
            .put(optionHeader(SET_META, 27).flip())
            .put(metaPayload("", "base:allocation"))
            .put(optionHeader(GO, 11).flip())
            .put(infoPayload("other"))
            .put(requestHeader(READ, 0, 1, 0, 4096).flip())
            .put(requestHeader(WRITE, 0, 2, 0, 4).flip())
            .putInt(5)
            .flip();
    for (int length = 0; length <= all.limit(); length++) {
      try (RawClient abrupt = server.client();
          RawClient polite = server.client()) {
        abrupt.receive(18);
        abrupt.socket().write(all.slice(0, length));
        polite.receive(18);
        polite.socket().write(all.slice(0, length));
        polite.socket().shutdownOutput();
        while (!polite.isClosed()) {
          polite.receive(0);
        }
      }
    }
    client.close();
    while (server.clients.get() < 2 * all.limit() + 3) {
      Thread.onSpinWait();
    }
    server.awaitEnd();
    assertEquals(server.opens.get(), server.releases.get());
    assertTrue(server.opens.get() > 0);
    assertEquals(server.clients.get(), server.clientsClosed.get());
  }

  @Test
  void handshake_tooLong_isCutInTotalNotPerByte() throws Exception {
    try (ProtocolServer hasty =
            new ProtocolServer(
                ThreadModel.PARALLEL,
                16,
                Duration.ofSeconds(1),
                Map.of("", new MemoryExport("", SIZE)));
        RawClient served = hasty.client().greet().go("");
        RawClient silent = hasty.client();
        RawClient slow = hasty.client().greet()) {
      silent.receive(18);
      assertTrue(silent.isClosed());
      try {
        for (int i = 0; i < 1000; i++) {
          slow.send(ByteBuffer.allocate(1).put((byte) 0x49));
          Thread.sleep(20);
        }
        throw new AssertionError("a slow handshake goes on");
      } catch (IOException expected) {
        served.request(READ, 0, 1, 0, 1);
        assertEquals(SIMPLE, served.receive(17).getInt());
      }
    }
  }
}
