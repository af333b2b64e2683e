package nbdj.cli;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
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
    SocketAddress address = server.address();
    // A switch over types is linked anew at each start, which takes long.
    if (address instanceof UnixDomainSocketAddress unix) {
      return new Location(uri, unix.getPath().toString(), "", exportName);
    }
    if (address instanceof InetSocketAddress inet) {
      return new Location(uri, "", String.valueOf(inet.getPort()), exportName);
    }
    return new Location(uri, "", "", exportName);
  }
}
