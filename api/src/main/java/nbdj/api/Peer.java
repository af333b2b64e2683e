package nbdj.api;

import java.net.SocketAddress;
import java.util.Optional;

/**
 * The client at the other end of a connection.
 *
 * @param address where it comes from; empty for a unix socket and for standard input and output,
 *     whose clients have none
 * @param name the subject of its certificate, a distinguished name as RFC 2253 writes it; empty
 *     unless the connection is encrypted and the server demands certificates of clients, and then
 *     verified
 * @since 0.1
 */
public record Peer(Optional<SocketAddress> address, Optional<String> name) {
  /** Make a client of whom nothing is known. */
  public static Peer unknown() {
    return new Peer(Optional.empty(), Optional.empty());
  }
}
