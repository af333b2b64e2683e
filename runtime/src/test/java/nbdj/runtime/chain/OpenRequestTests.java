package nbdj.runtime.chain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Optional;
import nbdj.api.Context;
import nbdj.api.Next;
import nbdj.api.OpenRequest;
import nbdj.api.Peer;
import org.junit.jupiter.api.Test;

/** What an open tells a layer about itself, in a connection and outside: rules N-3 and O-7. */
class OpenRequestTests {
  private final Journal journal = new Journal();
  private final JournalPlugin plugin = new JournalPlugin(journal);
  private final LendingFilter lender = new LendingFilter(journal);

  @Test
  void sharedOpen_substitutesTheDefaultExportAndTellsWhatItIs() throws IOException {
    Chain chain =
        Chains.start(
            Chains.builder(plugin, lender, new JournalFilter(journal, "inner"))
                .readOnly(true)
                .tlsRequired(true)
                .build());
    // Through a filter that opened it for the shared handle: rule O-7.
    assertEquals(new OpenRequest(true, "default", true, true), plugin.lastRequest);
    Next shared = lender.shared;
    assertNotNull(shared);
    assertTrue(shared.shared());
    assertTrue(shared.readOnly());
    assertEquals("default", shared.exportName());
    chain.stop();
  }

  @Test
  void openOnBehalfOfAHandle_isAsSharedAsThatHandle() throws IOException {
    JournalFilter opener =
        new JournalFilter(journal, "opener") {
          @Override
          void openNext(Context context, OpenRequest request) throws IOException {
            Next own = context.backend().open(false, "own", false);
            own.prepare();
            context.setNext(own);
          }
        };
    Chain chain = Chains.start(Chains.builder(plugin, opener).tlsRequired(true).build());
    chain.connect(false).open("x");
    assertEquals(
        new OpenRequest(false, "own", false, false, Optional.of(Peer.unknown())),
        plugin.lastRequest);
    chain.stop();
    Chain shared = Chains.start(Chains.builder(plugin, lender, opener).tlsRequired(true).build());
    assertEquals(new OpenRequest(false, "own", true, true), plugin.lastRequest);
    shared.stop();
    assertEquals(2, journal.count("plugin close"));
  }

  @Test
  void connectionsOpen_tellsWhatItIs() throws IOException {
    Chain chain = Chains.serving(plugin, new JournalFilter(journal, "a"));
    Next next = chain.connect(true).open("");
    assertEquals(
        new OpenRequest(false, "default", true, false, Optional.of(Peer.unknown())),
        plugin.lastRequest);
    assertEquals("default", next.exportName());
    assertFalse(next.shared());
    chain.stop();
  }

  @Test
  void connectionsOpen_afterItWasSecured_namesItsClient() throws IOException {
    Chain chain = Chains.serving(plugin, new JournalFilter(journal, "a"));
    SocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 7);
    Client client = chain.connect(false, new Peer(Optional.of(address), Optional.empty()));
    Next plain = client.open("x");
    assertFalse(plugin.lastRequest.tls());
    assertThrows(IllegalStateException.class, () -> client.secure(Optional.empty()));
    client.release(plain);
    client.secure(Optional.of("CN=alice"));
    client.open("x");
    Peer alice = new Peer(Optional.of(address), Optional.of("CN=alice"));
    assertEquals(new OpenRequest(false, "x", true, false, Optional.of(alice)), plugin.lastRequest);
    chain.stop();
  }

  @Test
  void openNext_cannotUndoReadOnly() throws IOException {
    JournalFilter readOnlyAbove =
        new JournalFilter(journal, "a") {
          @Override
          void openNext(Context context, OpenRequest request) throws IOException {
            context.openNext(true, request.exportName());
          }
        };
    JournalFilter undoing =
        new JournalFilter(journal, "b") {
          @Override
          void openNext(Context context, OpenRequest request) throws IOException {
            assertTrue(request.readOnly());
            context.openNext(false, request.exportName());
          }
        };
    Chain chain = Chains.serving(plugin, readOnlyAbove, undoing);
    Next export = chain.connect(false).open("x");
    assertTrue(plugin.lastRequest.readOnly());
    assertFalse(export.canWrite());
    chain.stop();
  }
}
