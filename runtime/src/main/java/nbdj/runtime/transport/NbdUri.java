package nbdj.runtime.transport;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;

/** Writes the URIs by which clients find an export; see the NBD URI specification. */
public final class NbdUri {
  /** The port of a URI that names none. */
  private static final int DEFAULT_PORT = 10809;

  private NbdUri() {}

  /**
   * Write the URI of an export.
   *
   * @param address where the server listens; a wildcard stands for this host
   * @param exportName the export, {@code ""} for the default
   * @param tls the connection must be encrypted
   */
  public static URI of(SocketAddress address, String exportName, boolean tls) {
    String scheme = tls ? "nbds" : "nbd";
    String export = encode(exportName, "");
    // A switch over types is linked anew at each start, which takes long.
    if (address instanceof UnixDomainSocketAddress unix) {
      String socket = encode(unix.getPath().toString(), "/");
      return URI.create(scheme + "+unix:///" + export + "?socket=" + socket);
    }
    if (address instanceof InetSocketAddress inet) {
      String port = inet.getPort() == DEFAULT_PORT ? "" : ":" + inet.getPort();
      return URI.create(scheme + "://" + host(inet.getAddress()) + port + "/" + export);
    }
    throw new IllegalArgumentException("no URI for " + address);
  }

  private static String host(InetAddress address) {
    if (address.isAnyLocalAddress()) {
      return "localhost";
    }
    String text = address.getHostAddress();
    return address instanceof Inet6Address ? "[" + text.replace("%", "%25") + "]" : text;
  }

  private static String encode(String text, String kept) {
    StringBuilder out = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean plain =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || "-._~".indexOf(c) >= 0
              || kept.indexOf(c) >= 0;
      out.append(plain ? String.valueOf(c) : "%%%02X".formatted((int) c));
    }
    return out.toString();
  }
}
