package nbdj.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells systemd, or another manager that speaks its protocol, how the service is: what {@code
 * sd_notify} does in C. Does nothing if nobody asked, by {@value #VARIABLE}. For any thread.
 */
final class ServiceManager {
  /** The variable that names the socket where the manager listens. */
  static final String VARIABLE = "NOTIFY_SOCKET";

  private static final Logger log = LoggerFactory.getLogger(ServiceManager.class);

  /** Null if nobody asked. */
  private final @Nullable String socket;

  private ServiceManager(@Nullable String socket) {
    this.socket = socket;
  }

  /** Find the manager that an environment names. */
  static ServiceManager of(Map<String, String> environment) {
    @Nullable String socket = environment.get(VARIABLE);
    return new ServiceManager(socket == null || socket.isEmpty() ? null : socket);
  }

  /**
   * Say that clients are served.
   *
   * @param where a line for people
   */
  void ready(String where) {
    tell("READY=1\nSTATUS=serving " + Console.printable(where));
  }

  /** Say that the end has begun. */
  void stopping() {
    tell("STOPPING=1\nSTATUS=finishing the running requests");
  }

  /** A manager that cannot be reached is no reason to stop serving. */
  private void tell(String state) {
    if (socket == null) {
      return;
    }
    try {
      Libc.send(socket, state.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      log.warn("{}={}: cannot tell the service manager", VARIABLE, socket, e);
    }
  }
}
