package nbdj.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The command {@code nbdj} of the distribution while it serves.
 *
 * <pre>{@code
 * try (ServingProcess server = ServingProcess.start("memory", "64M")) {
 *   Tool.run("nbdinfo", server.uri()).succeeded();
 *   server.stop();
 * }
 * }</pre>
 *
 * <p>Used by one thread.
 */
final class ServingProcess implements AutoCloseable {
  private final Process process;

  /** Holds standard error. */
  private final Path folder;

  private final String uri;

  private ServingProcess(Process process, Path folder, String uri) {
    this.process = process;
    this.folder = folder;
    this.uri = uri;
  }

  /**
   * Start a server on a private unix socket and wait until it is ready.
   *
   * @param words the words of the command, none of which says where to listen
   */
  static ServingProcess start(Object... words) throws IOException, InterruptedException {
    List<Object> all = new ArrayList<>(Arrays.asList(words));
    all.addAll(List.of("-U", "-"));
    return startAt(all.toArray());
  }

  /** Start a server where the words say, and wait until it is ready. */
  static ServingProcess startAt(Object... words) throws IOException, InterruptedException {
    List<Object> all = new ArrayList<>(Arrays.asList(words));
    all.add("--print-uri");
    return start(Tool.nbdjBuilder(all.toArray()));
  }

  /** Start a prepared server, one that prints its URI, and wait until it is ready. */
  static ServingProcess start(ProcessBuilder builder) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("nbdj-server");
    Process process = builder.redirectError(folder.resolve("err").toFile()).start();
    String uri = process.inputReader().readLine();
    ServingProcess server = new ServingProcess(process, folder, uri == null ? "" : uri);
    if (uri == null) {
      String errors = server.errors();
      server.close();
      fail("not ready: %s: %s".formatted(builder.command(), errors));
    }
    return server;
  }

  /** Get the URI of the default export. */
  String uri() {
    return uri;
  }

  /** Get the URI of another export, on a unix socket. */
  String uri(String export) {
    return uri.replaceFirst("///[^?]*", "///" + export);
  }

  /** Get the path of the unix socket. */
  Path socket() {
    return Path.of(uri.substring(uri.indexOf("socket=") + "socket=".length()));
  }

  /** Get the address of the unix socket. */
  UnixDomainSocketAddress address() {
    return UnixDomainSocketAddress.of(socket());
  }

  /** Get the process id. */
  long pid() {
    return process.pid();
  }

  /** Get what the server wrote to standard error so far. */
  String errors() throws IOException {
    return Files.readString(folder.resolve("err"));
  }

  /** Send SIGTERM, and assert that the server ends with 0 and never complained. */
  void stop() throws IOException, InterruptedException {
    signal("TERM");
    assertEquals(0, await(), this::toString);
    assertEquals("", errors());
  }

  /** Send a signal. */
  void signal(String name) throws IOException, InterruptedException {
    Tool.run("kill", "-" + name, pid()).succeeded();
  }

  /** Wait for the end of the server, and get its exit status. */
  int await() throws InterruptedException {
    if (!process.waitFor(Tool.PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      fail("still running after a minute: " + this);
    }
    return process.exitValue();
  }

  /** Kill the server if it still runs. */
  @Override
  public void close() throws IOException {
    process.destroyForcibly().onExit().join();
    Files.deleteIfExists(folder.resolve("err"));
    Files.delete(folder);
  }

  @Override
  public String toString() {
    try {
      return "server %d at %s: %s".formatted(pid(), uri, errors());
    } catch (IOException e) {
      return "server %d at %s: %s".formatted(pid(), uri, e);
    }
  }
}
