package nbdj.tck.blackbox;

import java.net.URI;
import nbdj.api.ThreadModel;
import nbdj.runtime.server.NbdServer;
import org.jspecify.annotations.Nullable;

/**
 * A server under test.
 *
 * @param uri of the export under test
 * @param server null if it is not ours
 */
record Served(URI uri, @Nullable NbdServer server) implements AutoCloseable {
  /** Tell whether the server is ours to stop. */
  boolean isOurs() {
    return server != null;
  }

  /** Tell whether the server is known to make a second client wait until the first is gone. */
  boolean takesTurns() {
    return server != null && server.threadModel() == ThreadModel.SERIALIZE_CONNECTIONS;
  }

  /** Stop the server if it is ours. */
  @Override
  public void close() {
    if (server != null) {
      server.close();
    }
  }
}
