package nbdj.cli;

import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import nbdj.runtime.server.NbdServer;

/**
 * Where clients find an export, in the forms that they take.
 *
 * @param uri an NBD URI
 * @param unixSocket the path of the unix socket; {@code ""} if it is none
 * @param port the TCP port; {@code ""} if there is none
 * @param exportName the export
 */
record Location(String uri, String unixSocket, String port, String exportName) {
  /** Tell where an export of a listening server is. */
  static Location of(NbdServer server, String exportName) {
    String uri = server.uri(exportName).toString();
    return switch (server.address()) {
      case UnixDomainSocketAddress unix ->
          new Location(uri, unix.getPath().toString(), "", exportName);
      case InetSocketAddress inet ->
          new Location(uri, "", String.valueOf(inet.getPort()), exportName);
      default -> new Location(uri, "", "", exportName);
    };
  }
}
