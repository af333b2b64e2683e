package nbdj.tck.blackbox;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import nbdj.client.NbdClient;
import nbdj.client.NbdClientBuilder;
import nbdj.client.NbdClientException;
import nbdj.client.NbdProtocolException;
import nbdj.tck.Breach;
import nbdj.tck.Range;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;

/** What all chapters have in common: servers and clients that go away after the test. */
abstract class Chapter {
  /** How much of an export tests write to, in bytes. */
  static final int GROUND = 256 << 10;

  /** How long a server of others may take for a second client, before it is held for serial. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  final BlackBox box;
  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  Chapter(BlackBox box) {
    this.box = box;
  }

  /** Serve the export. */
  final Served serve() throws IOException {
    return keep(box.serve(false));
  }

  /** Serve the export with nothing writable. */
  final Served serveReadOnly() throws IOException {
    return keep(box.serve(true));
  }

  /** Serve what the server before left. */
  final Served serveAgain() throws IOException {
    return keep(box.serveAgain());
  }

  /** Serve the export and open it. */
  final Disk open() throws IOException {
    return open(serve());
  }

  /** Open the export for a client of its own. */
  final Disk open(Served served) {
    return open(served, clients());
  }

  /** Open the export for a client that sends whatever the test wants. */
  final Disk openUnchecked(Served served) {
    return open(served, clients().unchecked());
  }

  final Disk open(Served served, NbdClientBuilder builder) {
    NbdClient client = connect(served.uri(), builder);
    keep(client::abort);
    long minimum = client.export().blockSizes().minimum();
    applies(
        minimum == 1,
        "the server's minimum block size is %d, and the tests keep to none".formatted(minimum));
    return new Disk(client);
  }

  /** Open the export while another client has it open, unless the server lets them take turns. */
  final Disk openAnother(Served served) {
    applies(!served.takesTurns(), "the thread model is SERIALIZE_CONNECTIONS");
    if (served.isOurs()) {
      return open(served);
    }
    try {
      NbdClient client = NbdClient.builder().timeout(PATIENCE).connect(served.uri());
      keep(client::abort);
      return new Disk(client);
    } catch (NbdClientException e) {
      applies(false, "the server does not take a second client: " + e.getMessage());
      throw new IllegalStateException(e);
    }
  }

  final NbdClientBuilder clients() {
    return NbdClient.builder().timeout(box.settings().timeout());
  }

  /** Connect a client that stops in the middle of things. */
  final RawSocket connectRaw(Served served) throws IOException {
    return RawSocket.connect(served.uri(), box.settings().timeout());
  }

  private NbdClient connect(URI uri, NbdClientBuilder builder) {
    try {
      return builder.connect(uri);
    } catch (NbdProtocolException e) {
      throw new BrokenClause("Handshake", e.getMessage(), e);
    } catch (NbdClientException e) {
      throw cannotBeOpened(e);
    }
  }

  /** Make the finding that the export under test was refused. */
  final AssertionError cannotBeOpened(NbdClientException because) {
    return Breach.of(
        box.exportName().isEmpty() ? "N-3" : "X-4",
        "the export '%s' cannot be opened: %s".formatted(box.exportName(), because.getMessage()),
        because);
  }

  /** Have something closed after the test, before what is kept already. */
  final <T extends AutoCloseable> T keep(T thing) {
    open.push(thing);
    return thing;
  }

  @AfterEach
  final void closeAll() throws Exception {
    Exception failure = null;
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (Exception e) {
        if (failure != null) {
          e.addSuppressed(failure);
        }
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  /** Skip the test unless it can apply. */
  static void applies(boolean condition, String because) {
    Assumptions.assumeTrue(condition, () -> "not applicable: " + because);
  }

  /** Get the range to write to: the first {@link #GROUND} bytes of what is writable. */
  final Range ground(Disk disk) {
    applies(!disk.export().isReadOnly(), "the export is read-only");
    Range ground = Ranges.first(box.writable(disk.size()), GROUND);
    applies(ground.length() >= 16, "there are less than 16 bytes to write to");
    return ground;
  }

  /** Get the first bytes of the export, with at least one in them. */
  static Range head(Disk disk) {
    Range head = Ranges.first(new Range(0, disk.size()), GROUND);
    applies(head.length() > 0, "the export is empty");
    return head;
  }

  /** Check that bytes of the export are what they should be. */
  static void same(byte[] expected, byte[] actual, long offset, String rule, String after) {
    int at = Arrays.mismatch(expected, actual);
    if (at >= 0) {
      throw Breach.of(
          rule,
          "%s: the byte at %d is %s, not %s"
              .formatted(
                  after,
                  offset + at,
                  at < actual.length ? "0x%02x".formatted(actual[at]) : "missing",
                  at < expected.length ? "0x%02x".formatted(expected[at]) : "absent"));
    }
  }
}
