package nbdj.client;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A server of somebody else's, on a unix socket. A test whose server is missing is skipped. */
final class RealServer implements AutoCloseable {
  private final Process process;
  private final Path socket;

  private RealServer(Process process, Path socket) {
    this.process = process;
    this.socket = socket;
  }

  static RealServer nbdkit(Path folder, String... arguments) throws Exception {
    Path socket = folder.resolve("nbdkit.sock");
    return start(folder, socket, "nbdkit", List.of("-f", "-U", socket.toString()), arguments);
  }

  static RealServer qemuNbd(Path folder, String... arguments) throws Exception {
    Path socket = folder.resolve("qemu.sock");
    return start(
        folder, socket, "qemu-nbd", List.of("-t", "-k", socket.toString(), "-e", "8"), arguments);
  }

  private static RealServer start(
      Path folder, Path socket, String tool, List<String> first, String... arguments)
      throws Exception {
    String program =
        Stream.of("/usr/bin", "/usr/sbin", "/usr/local/bin")
            .map(place -> Path.of(place, tool))
            .filter(Files::isExecutable)
            .findFirst()
            .map(Path::toString)
            .orElseGet(() -> abort(tool + " is not installed"));
    List<String> command = new ArrayList<>(List.of(program));
    command.addAll(first);
    command.addAll(List.of(arguments));
    Path output = folder.resolve(tool + ".out");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    RealServer server = new RealServer(process, socket);
    try {
      server.awaitReady(output);
      return server;
    } catch (IOException e) {
      server.close();
      throw e;
    }
  }

  /** Wait until it takes a connection: nothing else says that it is ready. */
  private void awaitReady(Path output) throws IOException, InterruptedException {
    long begin = System.nanoTime();
    while (true) {
      try {
        NbdClient.builder().negotiate(uri("")).close();
        return;
      } catch (NbdDisconnectedException e) {
        if (process.waitFor(10, TimeUnit.MILLISECONDS)
            || System.nanoTime() - begin > TimeUnit.MINUTES.toNanos(1)) {
          throw new IOException("it does not start: " + Files.readString(output), e);
        }
      }
    }
  }

  URI uri(String export) {
    return URI.create("nbd+unix:///%s?socket=%s".formatted(export, socket));
  }

  URI tlsUri(String export) {
    return URI.create("nbds+unix:///%s?socket=%s".formatted(export, socket));
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }
}
