package nbdj.cli;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;

/**
 * Where clients find an export, in the forms that they take.
 *
 * @param uri an NBD URI
 * @param unixSocket the absolute path of the unix socket; {@code ""} if it is none
 * @param port the TCP port; {@code ""} if there is none
 * @param exportName the export
 */
record Location(String uri, String unixSocket, String port, String exportName) {
  private static final String UNRESERVED =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";

  /** Tell where an export of a listening server is. */
  static Location of(SocketAddress address, String exportName) {
    String path = "/" + encode(exportName);
    if (address instanceof UnixDomainSocketAddress unix) {
      String socket = unix.getPath().toAbsolutePath().normalize().toString();
      String uri = "nbd+unix://" + path + "?socket=" + encode(socket);
      return new Location(uri, socket, "", exportName);
    }
    InetSocketAddress inet = (InetSocketAddress) address;
    String port = String.valueOf(inet.getPort());
    String where =
        inet.getPort() == Endpoint.NBD_PORT
            ? host(inet.getAddress())
            : host(inet.getAddress()) + ":" + port;
    return new Location(
        "nbd://" + where + (exportName.isEmpty() ? "" : path), "", port, exportName);
  }

  private static String host(InetAddress address) {
    if (address.isAnyLocalAddress()) {
      return "localhost";
    }
    String literal = address.getHostAddress();
    if (address instanceof Inet6Address) {
      // A zone, such as %eth0, has its percent sign escaped.
      return "[" + literal.replace("%", "%25") + "]";
    }
    return literal;
  }

  private static String encode(String text) {
    StringBuilder encoded = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      if (UNRESERVED.indexOf(b) >= 0) {
        encoded.append((char) b);
      } else {
        encoded.append("%%%02X".formatted(b));
      }
    }
    return encoded.toString();
  }
}
