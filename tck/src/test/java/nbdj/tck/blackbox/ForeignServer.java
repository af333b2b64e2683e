package nbdj.tck.blackbox;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import nbdj.client.NbdClient;
import nbdj.client.NbdDisconnectedException;

/** A server of somebody else's on a unix socket. A test whose server is missing is skipped. */
final class ForeignServer implements AutoCloseable {
  private final Process process;
  private final URI uri;

  /**
   * Start a server and wait until it takes a connection: nothing else says that it is ready.
   *
   * @param folder where its output goes
   * @param socket where it will listen
   */
  ForeignServer(Path folder, Path socket, String tool, String... arguments) throws Exception {
    Path program = Path.of("/usr/bin", tool);
    assumeTrue(Files.isExecutable(program), () -> tool + " is not installed");
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    Path output = folder.resolve("output");
    uri = URI.create("nbd+unix:///?socket=" + socket);
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    long begin = System.nanoTime();
    while (!takesConnections()) {
      if (process.waitFor(10, TimeUnit.MILLISECONDS)
          || System.nanoTime() - begin > TimeUnit.MINUTES.toNanos(1)) {
        close();
        throw new IOException("it does not start: " + Files.readString(output));
      }
    }
  }

  private boolean takesConnections() throws IOException {
    try {
      NbdClient.builder().negotiate(uri).close();
      return true;
    } catch (NbdDisconnectedException e) {
      return false;
    }
  }

  /** Tell whether it has not ended by itself. */
  boolean isRunning() {
    return process.isAlive();
  }

  URI uri() {
    return uri;
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }
}
