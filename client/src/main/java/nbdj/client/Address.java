package nbdj.client;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a server is and which of its exports is meant, as the NBD URI specification writes it.
 *
 * @param socket the path of a unix socket, null for TCP
 * @param host a name or a number, {@code ""} for a unix socket
 * @param port from 1 to 65535, 0 for a unix socket
 * @param exportName as it is sent, {@code ""} for the default
 * @param tls how the connection is encrypted; null if it is not
 */
record Address(
    @Nullable Path socket, String host, int port, String exportName, @Nullable TlsWish tls) {
  private static final int DEFAULT_PORT = 10809;

  /**
   * Read a URI.
   *
   * @throws IllegalArgumentException with a sentence for the person who wrote it
   */
  static Address of(URI uri) {
    String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    boolean encrypted = scheme.equals("nbds") || scheme.equals("nbds+unix");
    if (!encrypted && !scheme.equals("nbd") && !scheme.equals("nbd+unix")) {
      throw wrong(uri, "the scheme must be nbd, nbd+unix, nbds or nbds+unix");
    }
    if (uri.isOpaque()) {
      throw wrong(uri, "write %s:// and what follows".formatted(scheme));
    }
    if (uri.getRawFragment() != null) {
      throw wrong(uri, "'#' has no meaning here; write %23 for one in a name");
    }
    String export = exportName(uri);
    Map<String, String> query = query(uri);
    String socket = query.remove("socket");
    TlsWish tls = encrypted ? TlsWish.of(query) : null;
    for (String key : query.keySet()) {
      if (key.startsWith("tls-")) {
        throw wrong(
            uri,
            encrypted
                ? key + " was given, which this client does not know"
                : key + " was given, for which the scheme must be nbds or nbds+unix");
      }
      if (!key.startsWith("x-")) {
        throw wrong(uri, "the parameter '%s' is unknown".formatted(key));
      }
    }
    return scheme.endsWith("+unix")
        ? new Address(socketPath(uri, socket), "", 0, export, tls)
        : tcp(uri, socket, export, tls);
  }

  private static Address tcp(
      URI uri, @Nullable String socket, String export, @Nullable TlsWish tls) {
    if (socket != null) {
      throw wrong(uri, "a socket was given, for which the scheme must end in +unix");
    }
    String authority = uri.getRawAuthority() == null ? "" : uri.getRawAuthority();
    String place = authority.substring(authority.lastIndexOf('@') + 1);
    int colon = place.lastIndexOf(':');
    boolean hasPort = colon > place.lastIndexOf(']');
    String host = decode(uri, hasPort ? place.substring(0, colon) : place);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    String port = hasPort ? place.substring(colon + 1) : "";
    return new Address(
        null,
        host.isEmpty() ? "localhost" : host,
        port.isEmpty() ? DEFAULT_PORT : port(uri, port),
        export,
        tls);
  }

  private static int port(URI uri, String text) {
    if (!text.matches("[0-9]{1,5}")
        || Integer.parseInt(text) < 1
        || Integer.parseInt(text) > 65535) {
      throw wrong(uri, "the port is '%s', but must be from 1 to 65535".formatted(text));
    }
    return Integer.parseInt(text);
  }

  private static Path socketPath(URI uri, @Nullable String socket) {
    if (uri.getRawAuthority() != null) {
      throw wrong(
          uri,
          "'%s' stands where a host would; write nbd+unix:/// with three slashes"
              .formatted(uri.getRawAuthority()));
    }
    if (socket == null || socket.isEmpty()) {
      throw wrong(uri, "the parameter socket is missing: nbd+unix:///?socket=PATH");
    }
    if (socket.indexOf('\0') >= 0) {
      throw wrong(uri, "Java has no abstract unix sockets; name one in the file system");
    }
    return Path.of(socket);
  }

  private static String exportName(URI uri) {
    String path = uri.getRawPath() == null ? "" : uri.getRawPath();
    String name = decode(uri, path.startsWith("/") ? path.substring(1) : path);
    checkName(name);
    return name;
  }

  /** Refuse an export name that the protocol cannot carry. */
  static void checkName(String name) {
    int length = Text.encode(name).length;
    if (length > Protocol.MAX_STRING) {
      throw new IllegalArgumentException(
          "the export name has %d bytes of UTF-8, %d is the most"
              .formatted(length, Protocol.MAX_STRING));
    }
    if (name.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("the export name holds NUL, which no name may");
    }
  }

  private static Map<String, String> query(URI uri) {
    Map<String, String> query = new LinkedHashMap<>();
    String raw = uri.getRawQuery();
    if (raw == null || raw.isEmpty()) {
      return query;
    }
    for (String part : raw.split("&", -1)) {
      int equals = part.indexOf('=');
      String key = decode(uri, equals < 0 ? part : part.substring(0, equals));
      if (query.put(key, equals < 0 ? "" : decode(uri, part.substring(equals + 1))) != null) {
        throw wrong(uri, "the parameter '%s' is given twice".formatted(key));
      }
    }
    return query;
  }

  /** Undo the escapes. URI has checked that each is whole. */
  private static String decode(URI uri, String text) {
    ByteBuffer bytes = ByteBuffer.allocate(Text.encode(text).length);
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '%') {
        bytes.put((byte) Integer.parseInt(text, i + 1, i + 3, 16));
        i += 2;
      } else {
        bytes.put(Text.encode(text.substring(i, text.offsetByCodePoints(i, 1))));
        i = text.offsetByCodePoints(i, 1) - 1;
      }
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(uri + ": an escape stands for what is not UTF-8", e);
    }
  }

  private static IllegalArgumentException wrong(URI uri, String problem) {
    return new IllegalArgumentException(uri + ": " + problem);
  }

  /** Get the same server with another export. */
  Address withExport(String name) {
    checkName(name);
    return new Address(socket, host, port, name, tls);
  }

  /** Write where the server is, without the export. */
  String place() {
    if (socket != null) {
      return socket.toString();
    }
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
