package nbdj.runtime.protocol;

import static nbdj.runtime.testing.RawClient.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import nbdj.runtime.server.NbdServer;
import nbdj.runtime.testing.RawClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that offers less than all of the protocol. */
@Timeout(60)
class DialectTests {
  private static NbdServer server(Dialect dialect) throws IOException {
    return NbdServer.builder()
        .plugin("zero", new ZeroPlugin())
        .privateSocket()
        .handshakeFlags(dialect.handshakeFlags())
        .structuredReplies(dialect.structuredReplies())
        .metaContexts(dialect.metaContexts())
        .start();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 0xffff})
  void handshakeFlags_masked_areNotOfferedAndNotTaken(int mask) throws IOException {
    try (NbdServer server = server(new Dialect(mask, true, true))) {
      try (RawClient client = new RawClient(server.address())) {
        ByteBuffer greeting = client.receive(18).position(16);
        assertEquals(mask & 3, greeting.getShort());
      }
      for (int flag : new int[] {1, 2}) {
        try (RawClient client = new RawClient(server.address())) {
          client.greet(flag);
          if ((mask & flag) == 0) {
            assertTrue(client.isClosed());
          } else {
            client.option(ABORT);
            assertEquals(ACK, client.reply().type());
          }
        }
      }
    }
  }

  @Test
  void structuredReplies_notOffered_areUnsupportedAndRequestsGetSimpleOnes() throws IOException {
    try (NbdServer server = server(new Dialect(0xffff, false, true));
        RawClient client = new RawClient(server.address())) {
      client.greet();
      client.option(STRUCTURED_REPLY);
      assertEquals(UNSUP, client.reply().type());
      client.go("");
      client.request(READ, 0, 1, 0, 4);
      assertEquals(SIMPLE, client.receive(20).getInt());
    }
  }

  @Test
  void metaContexts_notOffered_areUnsupported() throws IOException {
    try (NbdServer server = server(new Dialect(0xffff, true, false));
        RawClient client = new RawClient(server.address())) {
      client.greet();
      client.option(STRUCTURED_REPLY);
      assertEquals(ACK, client.reply().type());
      for (int option : new int[] {LIST_META, SET_META}) {
        client.option(option, metaPayload("", "base:allocation"));
        assertEquals(UNSUP, client.reply().type());
      }
      client.option(ABORT);
      assertEquals(ACK, client.reply().type());
    }
  }
}
