package nbdj.info;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Optional;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.OpenRequest;
import nbdj.api.Peer;

/** Where a client comes from, as a text. */
final class PeerAddress {
  private PeerAddress() {}

  /**
   * Get the address of the client that asks: {@code 127.0.0.1:40000}, {@code [::1]:40000}, or
   * {@code unix} for one that has none.
   *
   * @throws NbdException if it is no client that asks
   */
  static String of(OpenRequest request) throws NbdException {
    Optional<Peer> peer = request.peer();
    if (peer.isEmpty()) {
      throw new NbdException(
          NbdError.EINVAL,
          "mode=address: a filter has opened the disk for all clients (take that filter away)");
    }
    return peer.get().address().map(PeerAddress::text).orElse("unix");
  }

  private static String text(SocketAddress address) {
    if (!(address instanceof InetSocketAddress internet)) {
      return "unix";
    }
    InetAddress host = internet.getAddress();
    String number = host == null ? internet.getHostString() : host.getHostAddress();
    return (host instanceof Inet6Address ? "[" + number + "]" : number) + ":" + internet.getPort();
  }
}
