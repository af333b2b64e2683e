package nbdj.cli;

import java.nio.file.Path;
import java.util.Optional;

/** Where clients are to be met. */
sealed interface Endpoint {
  /** The port that IANA gave to NBD. */
  int NBD_PORT = 10809;

  /** Which addresses of a host are meant. */
  enum Family {
    /** Any. */
    ANY,
    /** Those of IPv4. */
    IPV4,
    /** Those of IPv6. */
    IPV6
  }

  /**
   * A TCP port.
   *
   * @param host the address or name to listen on; empty for this machine only
   * @param family which of the host's addresses
   * @param port from 0, which has the system choose, to 65535
   */
  record Tcp(Optional<String> host, Family family, int port) implements Endpoint {}

  /** A unix socket made at a path. */
  record Unix(Path path) implements Endpoint {}

  /** A unix socket in a folder of its own that lives as long as the server. */
  record PrivateUnix() implements Endpoint {}

  /**
   * Listening sockets that whoever started the process has opened.
   *
   * @param sockets how many, at least 1
   */
  record Activated(int sockets) implements Endpoint {}

  /** One connection on standard input and output. */
  record Single() implements Endpoint {}
}
