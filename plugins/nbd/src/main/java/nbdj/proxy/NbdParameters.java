package nbdj.proxy;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import nbdj.api.ConfigException;
import nbdj.api.Parameter;
import nbdj.api.Values;

/** The plugin's parameters, as declared and as given. */
final class NbdParameters {
  private static final String URI_KEY = "uri";
  private static final String SOCKET = "socket";
  private static final String HOSTNAME = "hostname";
  private static final String PORT = "port";
  private static final String EXPORT = "export";
  private static final String DYNAMIC = "dynamic-export";
  private static final String SHARED = "shared";
  private static final String RETRY = "retry";
  private static final String TIMEOUT = "timeout";

  private static final List<String> PLACES = List.of(URI_KEY, SOCKET, HOSTNAME);

  private final Map<String, String> given = new HashMap<>();

  static List<Parameter> declare() {
    return List.of(
        Parameter.of(
                URI_KEY,
                Parameter.Type.STRING,
                "The URI of the other server and its export, for example nbd://host/disk or"
                    + " nbd+unix:///disk?socket=PATH.")
            .magic(),
        Parameter.of(SOCKET, Parameter.Type.PATH, "The unix socket of the other server."),
        Parameter.of(HOSTNAME, Parameter.Type.STRING, "The host of the other server."),
        Parameter.of(PORT, Parameter.Type.INTEGER, "The port there.").withDefault("10809"),
        Parameter.of(
            EXPORT, Parameter.Type.STRING, "The export there; its default export without this."),
        Parameter.of(
                DYNAMIC,
                Parameter.Type.BOOLEAN,
                "Whether clients get the export there whose name they ask for here.")
            .withDefault("false"),
        Parameter.of(SHARED, Parameter.Type.BOOLEAN, "Whether all clients share one connection.")
            .withDefault("false"),
        Parameter.of(
                RETRY,
                Parameter.Type.INTEGER,
                "How often to try again, a second later, when a connection cannot be made.")
            .withDefault("0"),
        Parameter.of(
                TIMEOUT,
                Parameter.Type.DURATION,
                "How long connecting, each step of the handshake and each request may take; 0 for"
                    + " any time.")
            .withDefault("60"));
  }

  void give(String key, String value) throws ConfigException {
    given.put(key, value);
    switch (key) {
      case URI_KEY -> uri();
      case PORT -> port();
      case RETRY -> retry();
      default -> {}
    }
  }

  private boolean has(String key) {
    return given.containsKey(key);
  }

  private String get(String key, String otherwise) {
    return given.getOrDefault(key, otherwise);
  }

  private boolean bool(String key) throws ConfigException {
    return Values.bool(get(key, "false"));
  }

  private int port() throws ConfigException {
    return (int) Values.integer(get(PORT, "10809"), 1, 65535);
  }

  private int retry() throws ConfigException {
    return (int) Values.integer(get(RETRY, "0"), 0, Integer.MAX_VALUE);
  }

  /** Tell whether all clients share a connection. */
  boolean shared() throws ConfigException {
    return bool(SHARED);
  }

  /** Tell whether clients say which export they want. */
  boolean dynamic() {
    try {
      return bool(DYNAMIC);
    } catch (ConfigException e) {
      throw new IllegalStateException("a value of another type than declared", e);
    }
  }

  /** Get what was given, checked as a whole. */
  Remote remote() throws ConfigException {
    List<String> places = PLACES.stream().filter(this::has).toList();
    if (places.size() != 1) {
      throw new ConfigException(
          "exactly one of uri, socket and hostname must be given, and %s"
              .formatted(places.isEmpty() ? "none is" : String.join(" and ", places) + " are"));
    }
    refuseTogether(PORT, URI_KEY, "write the port into the URI");
    refuseTogether(PORT, SOCKET, "a unix socket has no port");
    refuseTogether(EXPORT, URI_KEY, "write the export into the URI");
    if (dynamic()) {
      if (has(EXPORT)) {
        throw new ConfigException("export and dynamic-export=true exclude each other");
      }
      if (shared()) {
        throw new ConfigException(
            "shared=true and dynamic-export=true exclude each other: a connection has one export");
      }
    }
    Duration timeout = Values.duration(get(TIMEOUT, "60"));
    try {
      return new Remote(uri(), retry(), timeout);
    } catch (IllegalArgumentException e) {
      throw new ConfigException(String.valueOf(e.getMessage()), e);
    }
  }

  private void refuseTogether(String key, String other, String remedy) throws ConfigException {
    if (has(key) && has(other)) {
      throw new ConfigException("%s and %s exclude each other: %s".formatted(key, other, remedy));
    }
  }

  private URI uri() throws ConfigException {
    try {
      if (has(URI_KEY)) {
        return new URI(get(URI_KEY, ""));
      }
      String export = "/" + Remote.escaped(get(EXPORT, ""));
      if (has(SOCKET)) {
        String path = Values.path(get(SOCKET, "")).toString();
        return new URI("nbd+unix://%s?socket=%s".formatted(export, Remote.escaped(path)));
      }
      String host = get(HOSTNAME, "");
      String place = host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host;
      return new URI("nbd://%s:%d%s".formatted(place, port(), export));
    } catch (URISyntaxException e) {
      throw new ConfigException("not a URI: " + e.getMessage(), e);
    }
  }
}
