package nbdj.runtime.testing;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import nbdj.api.Export;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.Next;
import nbdj.api.ThreadModel;
import nbdj.runtime.chain.Client;
import nbdj.runtime.protocol.Buffers;
import nbdj.runtime.protocol.ClientLimits;
import nbdj.runtime.protocol.Connection;
import nbdj.runtime.protocol.Dialect;
import nbdj.runtime.protocol.Meter;
import nbdj.runtime.protocol.Services;
import nbdj.runtime.protocol.Watch;
import nbdj.runtime.transport.Link;
import nbdj.runtime.transport.Links;
import nbdj.runtime.transport.Listener;

/** The protocol over a private unix socket, with exports of the test instead of a chain. */
public final class ProtocolServer implements AutoCloseable {
  public final AtomicInteger opens = new AtomicInteger();
  public final AtomicInteger releases = new AtomicInteger();
  public final AtomicInteger clients = new AtomicInteger();
  public final AtomicInteger clientsClosed = new AtomicInteger();
  public final Map<Connection, CountDownLatch> connections = new ConcurrentHashMap<>();

  private final Map<String, Next> exports;
  private final ThreadModel model;
  private final Listener listener;
  private final Watch watch = new Watch();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name("test-conn-", 1).factory());
  private final Services services;

  public ProtocolServer(
      ThreadModel model, int inFlight, Duration handshake, Map<String, Next> exports)
      throws IOException {
    this.exports = exports;
    this.model = model;
    this.services =
        new Services(
            threads,
            new Buffers(256L << 20, 128L << 20),
            watch,
            new ClientLimits(inFlight, 32, handshake, Duration.ZERO, Duration.ofSeconds(60)),
            Optional.empty(),
            Dialect.FULL,
            new Meter(true));
    this.listener = Listener.openPrivate();
    Thread.ofPlatform().daemon().start(this::accept);
  }

  /** Serve one export in parallel, as {@code ""}. */
  public static ProtocolServer of(Next export) throws IOException {
    return new ProtocolServer(
        ThreadModel.PARALLEL, 16, Duration.ofSeconds(30), Map.of("", export, "other", export));
  }

  public SocketAddress address() {
    return listener.address();
  }

  public RawClient client() throws IOException {
    return new RawClient(address());
  }

  public Path socket() {
    return Path.of(address().toString());
  }

  /** Wait until all connections so far have ended. */
  public void awaitEnd() throws InterruptedException {
    for (CountDownLatch end : Set.copyOf(connections.values())) {
      if (!end.await(20, TimeUnit.SECONDS)) {
        throw new AssertionError("a connection does not end");
      }
    }
  }

  private void accept() {
    try {
      for (long number = 1; ; number++) {
        start(number, Links.of(listener.accept()));
      }
    } catch (IOException e) {
      threads.shutdown();
    }
  }

  private void start(long number, Link link) {
    CountDownLatch end = new CountDownLatch(1);
    Connection connection =
        new Connection(number, link, peer -> new TestClient(), services, end::countDown);
    connections.put(connection, end);
    threads.execute(connection);
  }

  @Override
  public void close() throws IOException {
    listener.close();
    connections.keySet().forEach(Connection::abort);
    watch.close();
  }

  private final class TestClient implements Client {
    private final Set<Next> open = new HashSet<>();

    TestClient() {
      clients.incrementAndGet();
    }

    @Override
    public ThreadModel threadModel() {
      return model;
    }

    @Override
    public void secure(Optional<String> name) {
      throw new AssertionError("TLS is not offered");
    }

    @Override
    public List<Export> listExports() {
      return exports.keySet().stream()
          .sorted()
          .map(name -> new Export(name, "about " + name))
          .toList();
    }

    @Override
    public Optional<String> defaultExport() {
      return Optional.of("");
    }

    @Override
    public Next open(String exportName) throws IOException {
      Next next = exports.get(exportName);
      if (next == null) {
        throw new NbdException(NbdError.EINVAL, "there is no export '" + exportName + "'");
      }
      opens.incrementAndGet();
      open.add(next);
      return next;
    }

    @Override
    public void release(Next export) {
      if (!open.remove(export)) {
        throw new AssertionError("released twice");
      }
      releases.incrementAndGet();
    }

    @Override
    public void close() {
      Set.copyOf(open).forEach(this::release);
      clientsClosed.incrementAndGet();
    }
  }
}
