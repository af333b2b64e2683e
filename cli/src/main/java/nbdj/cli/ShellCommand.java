package nbdj.cli;

import java.io.IOException;
import java.util.List;

/** The command of {@code --run}: a client that lives while the server is ready. */
final class ShellCommand {
  private final Process process;

  private ShellCommand(Process process) {
    this.process = process;
  }

  /**
   * Start a shell command with the standard streams of this process.
   *
   * <p>It sees the location as variables of the shell, which are not exported.
   */
  static ShellCommand start(String command, Location location) throws IOException {
    String script =
        """
        uri=%1$s
        nbd=%1$s
        unixsocket=%2$s
        port=%3$s
        exportname=%4$s
        %5$s\
        """
            .formatted(
                quote(location.uri()),
                quote(location.unixSocket()),
                quote(location.port()),
                quote(location.exportName()),
                command);
    ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", script).inheritIO();
    // What the launcher set for this process alone.
    String own = System.getProperty("nbdj.ownVariables", "");
    builder.environment().keySet().removeAll(List.of(own.split(",", -1)));
    // The service manager is to hear of the server from the server alone.
    builder.environment().remove(ServiceManager.VARIABLE);
    try {
      return new ShellCommand(builder.start());
    } catch (IOException e) {
      throw new IOException("--run: cannot start /bin/sh: " + Sentences.of(e), e);
    }
  }

  /** Ask the command to end. */
  void terminate() {
    process.destroy();
  }

  /**
   * Wait for the command's end.
   *
   * @return its exit status; 128 and the signal's number if a signal ended it
   */
  int await() {
    return process.onExit().join().exitValue();
  }

  private static String quote(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }
}
