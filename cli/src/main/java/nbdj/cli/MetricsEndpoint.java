package nbdj.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import nbdj.runtime.server.NbdServer;
import org.jspecify.annotations.Nullable;

/** Serves the metrics of a server by HTTP, to this machine only. */
final class MetricsEndpoint implements Closeable {
  private static final String PATH = "/metrics";
  private static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

  /** Null if nobody asked for metrics. */
  private final @Nullable HttpServer http;

  private final @Nullable ExecutorService threads;

  private MetricsEndpoint(@Nullable HttpServer http, @Nullable ExecutorService threads) {
    this.http = http;
    this.threads = threads;
  }

  /**
   * Serve the metrics until this is closed.
   *
   * @param port a TCP port, or 0 for any free one; empty to do nothing
   */
  static MetricsEndpoint open(OptionalInt port, NbdServer server) throws IOException {
    if (port.isEmpty()) {
      return new MetricsEndpoint(null, null);
    }
    InetAddress loopback = InetAddress.getLoopbackAddress();
    HttpServer http;
    try {
      http = HttpServer.create(new InetSocketAddress(loopback, port.getAsInt()), 0);
    } catch (IOException e) {
      throw new IOException(
          "--metrics %d: cannot listen: %s".formatted(port.getAsInt(), e.getMessage()), e);
    }
    // One who asks and then reads nothing holds up nobody else.
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    http.setExecutor(threads);
    http.createContext("/", exchange -> answer(exchange, server));
    http.start();
    if (port.getAsInt() == 0) {
      Console.say("metrics: http://127.0.0.1:%d%s".formatted(http.getAddress().getPort(), PATH));
    }
    return new MetricsEndpoint(http, threads);
  }

  private static void answer(HttpExchange exchange, NbdServer server) throws IOException {
    try (exchange) {
      boolean found = exchange.getRequestURI().getPath().equals(PATH);
      boolean get = exchange.getRequestMethod().equals("GET");
      int status = !found ? 404 : get ? 200 : 405;
      String text = status == 200 ? server.metrics().prometheus() : "see " + PATH + "\n";
      byte[] body = text.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", TYPE);
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    if (http != null) {
      http.stop(0);
    }
    if (threads != null) {
      threads.shutdownNow();
    }
  }
}
