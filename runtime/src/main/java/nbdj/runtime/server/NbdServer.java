package nbdj.runtime.server;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import nbdj.api.ThreadModel;
import nbdj.runtime.protocol.Meter;
import nbdj.runtime.transport.Link;
import nbdj.runtime.transport.Links;
import nbdj.runtime.transport.Listener;
import nbdj.runtime.transport.NbdUri;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running NBD server.
 *
 * <pre>{@code
 * try (NbdServer server = NbdServer.builder().plugin(plugin).privateSocket().start()) {
 *   connectTo(server.uri());
 * }
 * }</pre>
 *
 * <p>Safe for use by many threads. Its own threads are daemons: who wants the server to outlive
 * {@code main} calls {@link #awaitStop}. Any number of servers live in one virtual machine. What is
 * logged for a connection has its number in slf4j's diagnostic context, as {@code nbdj.connection}.
 */
public final class NbdServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(NbdServer.class);

  private final Layers layers;
  private final List<Listener> listeners;
  private final List<Thread> acceptors;
  private final Connections connections;
  private final Meter meter;
  private final String exportName;
  private final boolean tlsRequired;
  private final AtomicBoolean stopBegun = new AtomicBoolean();
  private final CountDownLatch stopped = new CountDownLatch(1);

  NbdServer(
      Layers layers,
      List<Listener> listeners,
      Connections connections,
      Meter meter,
      boolean keepAlive,
      String exportName,
      boolean tlsRequired) {
    this.layers = layers;
    this.listeners = listeners;
    this.connections = connections;
    this.meter = meter;
    this.exportName = exportName;
    this.tlsRequired = tlsRequired;
    this.acceptors =
        listeners.stream().map(listener -> start(listener, connections, keepAlive)).toList();
  }

  private static Thread start(Listener listener, Connections connections, boolean keepAlive) {
    return Thread.ofPlatform()
        .daemon()
        .name("nbdj-accept-" + listener.address())
        .start(new Acceptor(listener, connections, keepAlive));
  }

  /** Begin a server. */
  public static NbdServerBuilder builder() {
    return new NbdServerBuilder();
  }

  /**
   * Get where it listens first; the port is the real one.
   *
   * @throws IllegalStateException if it listens nowhere
   */
  public SocketAddress address() {
    if (listeners.isEmpty()) {
      throw new IllegalStateException("the server listens nowhere");
    }
    return listeners.getFirst().address();
  }

  /** Get all addresses at which it listens. */
  public List<SocketAddress> addresses() {
    return listeners.stream().map(Listener::address).toList();
  }

  /**
   * Get the URI of the export named when the server was built, or of the default export.
   *
   * @throws IllegalStateException if it listens nowhere
   */
  public URI uri() {
    return uri(exportName);
  }

  /**
   * Get the URI of an export; one for TLS if that is required.
   *
   * @throws IllegalStateException if it listens nowhere
   */
  public URI uri(String export) {
    return NbdUri.of(address(), export, tlsRequired);
  }

  /** Get what was counted so far. */
  public ServerMetrics metrics() {
    return ServerMetrics.of(connections.counts(), meter);
  }

  /** Get the thread model of the chain. */
  public ThreadModel threadModel() {
    return layers.threadModel();
  }

  /**
   * Serve one client on the calling thread until it leaves or the server stops.
   *
   * @param socket a connected socket, the server's from now on
   */
  public void serve(SocketChannel socket) throws IOException {
    serve(Links.of(socket));
  }

  /**
   * Serve one client on the calling thread until it leaves or the server stops.
   *
   * @param in an interruptible channel, so that a stop can wake its reader; the server's from now
   *     on, as {@code out} is
   */
  public void serve(ReadableByteChannel in, WritableByteChannel out) throws IOException {
    serve(Links.of(in, out));
  }

  private void serve(Link link) throws IOException {
    connections.serve(link);
  }

  /**
   * Cut off all clients that are connected now, as a broken network would: no request of theirs is
   * answered any more, though those that layers have begun are done. Clients that come are served.
   */
  public void disconnectClients() {
    connections.cutOff();
  }

  /**
   * Stop: accept no client, let running requests finish within the time allowed, close connections,
   * and end all layers. Returns when that is done. Later calls wait for the first.
   */
  public void stop() {
    if (stopBegun.compareAndSet(false, true)) {
      try {
        end();
      } finally {
        stopped.countDown();
      }
    } else {
      awaitUninterruptibly();
    }
  }

  /** Stop, as {@link #stop} does. */
  @Override
  public void close() {
    stop();
  }

  /** Wait until the server has stopped. */
  public void awaitStop() throws InterruptedException {
    stopped.await();
  }

  private void end() {
    log.debug("stopping");
    for (Listener listener : listeners) {
      try {
        listener.close();
      } catch (IOException e) {
        log.error("{}: cannot close", listener.address(), e);
      }
    }
    acceptors.forEach(NbdServer::join);
    layers.beginStop();
    connections.stop();
    layers.close();
    log.debug("stopped");
  }

  private static void join(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void awaitUninterruptibly() {
    boolean interrupted = false;
    while (true) {
      try {
        stopped.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
