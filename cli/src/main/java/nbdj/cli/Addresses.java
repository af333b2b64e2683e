package nbdj.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Finds the addresses of sockets for what a command says. */
final class Addresses {
  /** The longest path of a unix socket on Linux, in bytes. */
  private static final int LONGEST_SOCKET_PATH = 107;

  /** Stands for every address, of whatever family the machine has. */
  static final String EVERYWHERE = "*";

  private Addresses() {}

  /**
   * Find the address of a TCP port: the first of the host's.
   *
   * @throws IOException with a sentence if there is none
   */
  static SocketAddress of(Endpoint.Tcp tcp) throws IOException {
    String host = tcp.host().orElse("localhost");
    if (host.equals(EVERYWHERE)) {
      return switch (tcp.family()) {
        case ANY, IPV6 -> new InetSocketAddress(tcp.port());
        case IPV4 -> new InetSocketAddress("0.0.0.0", tcp.port());
      };
    }
    for (InetAddress address : all(tcp)) {
      boolean fits =
          switch (tcp.family()) {
            case ANY -> true;
            case IPV4 -> address instanceof Inet4Address;
            case IPV6 -> !(address instanceof Inet4Address);
          };
      if (fits) {
        return new InetSocketAddress(address, tcp.port());
      }
    }
    throw new IOException(
        "%s has no address of %s"
            .formatted(host, tcp.family() == Endpoint.Family.IPV4 ? "IPv4" : "IPv6"));
  }

  private static List<InetAddress> all(Endpoint.Tcp tcp) throws IOException {
    if (tcp.host().isEmpty()) {
      // Whatever the name localhost stands for here, these are this machine.
      return List.of(InetAddress.getLoopbackAddress(), InetAddress.ofLiteral("::1"));
    }
    String host = tcp.host().get();
    try {
      return Arrays.asList(InetAddress.getAllByName(host));
    } catch (UnknownHostException e) {
      throw new IOException("--ipaddr %s: no such host or address".formatted(host), e);
    }
  }

  /** Make the path absolute, for clients elsewhere, unless only the short form can be bound. */
  static SocketAddress of(Endpoint.Unix unix) {
    Path absolute = unix.path().toAbsolutePath().normalize();
    boolean fits = absolute.toString().getBytes(UTF_8).length <= LONGEST_SOCKET_PATH;
    return UnixDomainSocketAddress.of(fits ? absolute : unix.path());
  }
}
