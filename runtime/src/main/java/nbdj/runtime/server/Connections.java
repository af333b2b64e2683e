package nbdj.runtime.server;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import nbdj.runtime.protocol.Buffers;
import nbdj.runtime.protocol.Connection;
import nbdj.runtime.protocol.Connector;
import nbdj.runtime.protocol.Dialect;
import nbdj.runtime.protocol.Meter;
import nbdj.runtime.protocol.Services;
import nbdj.runtime.protocol.TlsOffer;
import nbdj.runtime.protocol.Watch;
import nbdj.runtime.transport.Link;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The connections of a server, and the threads that serve them. */
final class Connections {
  private static final Logger log = LoggerFactory.getLogger(Connections.class);

  /** How long an idle thread is kept, in seconds. */
  private static final long KEEP_THREAD = 30;

  /** How long connections that were cut off at a stop may take to notice, in nanoseconds. */
  private static final long GRACE = TimeUnit.SECONDS.toNanos(1);

  private final Connector connector;
  private final Limits limits;
  private final Watch watch = new Watch();
  private final ThreadPoolExecutor threads;
  private final Services services;

  private final ReentrantLock lock = new ReentrantLock();

  /** Signalled when a connection has ended. */
  private final Condition ended = lock.newCondition();

  // Guarded by lock.
  private final Map<Long, Connection> open = new HashMap<>();
  private long last;
  private long turnedAway;
  private boolean stopping;
  private boolean full;

  Connections(
      Connector connector, Limits limits, Optional<TlsOffer> tls, Dialect dialect, Meter meter) {
    this.connector = connector;
    this.limits = limits;
    AtomicLong number = new AtomicLong();
    threads =
        new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            KEEP_THREAD,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            task ->
                Thread.ofPlatform()
                    .daemon()
                    .name("nbdj-worker-" + number.incrementAndGet())
                    .unstarted(task));
    services =
        new Services(
            threads,
            new Buffers(limits.memory(), limits.memoryOfConnection()),
            watch,
            limits.client(),
            tls,
            dialect,
            meter);
  }

  /** Serve a client on a thread of its own. */
  void add(Link link) throws IOException {
    register(link, () -> {}, threads::execute);
  }

  /** Serve a client on this thread, and return when all of it has ended. */
  void serve(Link link) throws IOException {
    CountDownLatch end = new CountDownLatch(1);
    register(link, end::countDown, Runnable::run);
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void register(Link link, Runnable atEnd, Consumer<Runnable> runner) throws IOException {
    long number;
    Connection connection;
    lock.lock();
    try {
      number = ++last;
      if (stopping || !admits()) {
        connection = null;
      } else {
        Services own =
            services.withThreads(task -> threads.execute(() -> LogMark.run(number, task)));
        connection = new Connection(number, link, connector, own, () -> end(number, atEnd));
        open.put(number, connection);
      }
    } finally {
      lock.unlock();
    }
    if (connection == null) {
      link.close();
      atEnd.run();
      return;
    }
    try {
      runner.accept(() -> run(number, connection));
    } catch (RuntimeException | Error e) {
      connection.abort();
      end(number, atEnd);
      throw e;
    }
  }

  private static void run(long number, Connection connection) {
    Thread thread = Thread.currentThread();
    String name = thread.getName();
    thread.setName("nbdj-conn-" + number);
    try {
      LogMark.run(number, connection);
    } finally {
      thread.setName(name);
    }
  }

  /** Tell whether there is room for another client, and say once when there is none. */
  private boolean admits() {
    boolean room = open.size() < limits.connections();
    if (!room && !full) {
      log.warn("{} clients are connected, further ones are turned away", open.size());
    }
    full = !room;
    turnedAway += room ? 0 : 1;
    return room;
  }

  private void end(long number, Runnable atEnd) {
    lock.lock();
    try {
      open.remove(number);
      ended.signalAll();
    } finally {
      lock.unlock();
    }
    atEnd.run();
  }

  /** Get how many connections there are, have been, and were turned away. */
  ServerMetrics.Connections counts() {
    lock.lock();
    try {
      return new ServerMetrics.Connections(open.size(), last - turnedAway, turnedAway);
    } finally {
      lock.unlock();
    }
  }

  /** Cut off all clients there are now. What their requests run in layers goes on. */
  void cutOff() {
    List<Connection> all;
    lock.lock();
    try {
      all = List.copyOf(open.values());
    } finally {
      lock.unlock();
    }
    all.forEach(Connection::abort);
  }

  /** End all connections: their running requests within the time allowed, the rest at once. */
  void stop() {
    List<Connection> all;
    lock.lock();
    try {
      stopping = true;
      all = List.copyOf(open.values());
    } finally {
      lock.unlock();
    }
    all.forEach(Connection::beginStop);
    List<Connection> left = awaitEnd(limits.stop().toNanos());
    if (!left.isEmpty()) {
      log.warn("cut off after {}: {}", limits.stop(), left);
      left.forEach(Connection::abort);
      left = awaitEnd(GRACE);
    }
    if (!left.isEmpty()) {
      log.error("still in a layer, and left there: {}", left);
    }
    watch.close();
    threads.shutdown();
  }

  /** Wait until no connection is left, and get those that are left when time is up. */
  private List<Connection> awaitEnd(long nanos) {
    boolean interrupted = false;
    lock.lock();
    try {
      long rest = nanos;
      while (!open.isEmpty() && rest > 0) {
        try {
          rest = ended.awaitNanos(rest);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      return List.copyOf(open.values());
    } finally {
      lock.unlock();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
