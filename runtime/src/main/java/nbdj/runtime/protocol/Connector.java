package nbdj.runtime.protocol;

import java.io.IOException;
import nbdj.api.Peer;
import nbdj.runtime.chain.Client;

/** Announces a client to the chain. */
@FunctionalInterface
public interface Connector {
  /**
   * Announce a client.
   *
   * @throws IOException if the client is to be dropped
   */
  Client connect(Peer peer) throws IOException;
}
