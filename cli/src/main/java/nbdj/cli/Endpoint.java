package nbdj.cli;

import java.nio.file.Path;
import java.util.Optional;

/** Where clients are to be met. */
sealed interface Endpoint {
  /** The port that IANA gave to NBD. */
  int NBD_PORT = 10809;

  /**
   * A TCP port.
   *
   * @param host the address or name to listen on; empty for this machine only
   * @param port from 0, which has the system choose, to 65535
   */
  record Tcp(Optional<String> host, int port) implements Endpoint {}

  /** A unix socket made at a path. */
  record Unix(Path path) implements Endpoint {}

  /** A unix socket in a folder of its own that lives as long as the server. */
  record PrivateUnix() implements Endpoint {}

  /** A listening socket that whoever started the process has opened. */
  record Activated() implements Endpoint {}

  /** One connection on standard input and output. */
  record Single() implements Endpoint {}
}
