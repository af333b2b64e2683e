package nbdj.runtime.protocol;

import java.io.IOException;
import java.util.Optional;
import nbdj.api.Peer;
import nbdj.runtime.chain.Client;
import nbdj.runtime.transport.Link;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client from its arrival to its end.
 *
 * <p>{@link #run} is called once, on a thread of its own, which performs the handshake; in the
 * transmission phase other threads may join it. The last of them closes all. {@link #beginStop} and
 * {@link #abort} are for any thread.
 */
public final class Connection implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(Connection.class);

  /** The size of input and output buffers during the handshake, in bytes. */
  private static final int BUFFER = BufferSize.SMALL;

  private final String name;
  private final Link link;
  private final Connector connector;
  private final Services services;
  private final Runnable atEnd;
  private final Transfers transfers;
  private final Output output;
  private final Crew crew = new Crew(this::end);
  private final long deadline;
  private final Watch.Watched handshakeWatch = this::watchHandshake;

  private @Nullable Client client;
  private @Nullable Input input;

  /** The second phase, null during the handshake. */
  private volatile @Nullable Transmission transmission;

  private volatile boolean stopping;

  /**
   * Make a connection.
   *
   * @param number stands for it in names of threads and log lines
   * @param link the client; belongs to the connection
   * @param atEnd run once when all is closed, on any thread
   */
  public Connection(
      long number, Link link, Connector connector, Services services, Runnable atEnd) {
    this.name = "conn-%d (%s)".formatted(number, link.peer());
    this.link = link;
    this.connector = connector;
    this.services = services;
    this.atEnd = atEnd;
    this.transfers = new Transfers(services.watch(), services.limits().stall(), this::cutStalled);
    this.output = new Output(link, transfers, services.meter());
    this.deadline = System.nanoTime() + services.limits().handshake().toNanos();
  }

  /** Serve the client. */
  @Override
  public void run() {
    services.watch().add(handshakeWatch);
    try {
      log.debug("{}: connected", name);
      Client connected = connector.connect(new Peer(link.address(), Optional.empty()));
      client = connected;
      Optional<Terms> terms = negotiate(connected);
      services.watch().remove(handshakeWatch);
      if (terms.isPresent()) {
        transmit(connected, terms.get());
      }
    } catch (IOException e) {
      log.debug("{}: dropped: {}", name, Text.printable(Text.of(e)), e);
    } catch (RuntimeException | Error e) {
      log.error("{}: the connection failed", name, e);
    } finally {
      crew.leave();
    }
  }

  private Optional<Terms> negotiate(Client connected) throws IOException {
    Input received = new Input(link, services.buffers().lend(BUFFER));
    input = received;
    Outbox outbox = new Outbox(output, services.buffers().lend(BUFFER));
    try {
      return new Handshake(name, received, outbox, connected, services).negotiate();
    } finally {
      outbox.close();
    }
  }

  private void transmit(Client connected, Terms terms) throws IOException {
    Input received = input;
    if (received == null) {
      throw new IllegalStateException("no handshake");
    }
    log.debug("{}: serves {}", name, Text.printable(terms.export().next().exportName()));
    Transmission phase =
        new Transmission(
            name, output, received, terms, connected.threadModel(), services, crew, transfers);
    transmission = phase;
    services.watch().add(transfers);
    // Either beginStop sees the phase or we see that it was called.
    if (stopping) {
      phase.beginStop();
    }
    phase.run();
  }

  /**
   * Begin to end: a client still in its handshake is dropped, another one when the requests that it
   * has sent are answered.
   */
  public void beginStop() {
    stopping = true;
    Transmission phase = transmission;
    if (phase != null) {
      phase.beginStop();
    } else {
      abort();
    }
  }

  /** Drop the client now. What its requests run in layers goes on. */
  public void abort() {
    try {
      link.close();
    } catch (IOException e) {
      log.debug("{}: close failed", name, e);
    }
  }

  private void sayGoodbye() {
    try {
      output.link().finish();
    } catch (IOException e) {
      log.debug("{}: no goodbye", name, e);
    }
  }

  @Override
  public String toString() {
    return name;
  }

  private Watch.Need watchHandshake(long now) {
    if (now - deadline > 0) {
      services.watch().remove(handshakeWatch);
      log.debug(
          "{}: dropped: its handshake took more than {}", name, services.limits().handshake());
      abort();
    }
    return Watch.Need.DEADLINE;
  }

  private void cutStalled() {
    services.watch().remove(transfers);
    log.warn(
        "{}: dropped: it has not moved on in a large message for {}",
        name,
        services.limits().stall());
    abort();
  }

  /** Close all, on the last thread of the crew. */
  private void end() {
    try {
      services.watch().remove(handshakeWatch);
      services.watch().remove(transfers);
      if (client != null) {
        client.close();
      }
    } catch (RuntimeException | Error e) {
      log.error("{}: the chain failed to close", name, e);
    } finally {
      sayGoodbye();
      abort();
      if (transmission != null) {
        transmission.close();
      }
      if (input != null) {
        input.close();
      }
      log.debug("{}: ended", name);
      atEnd.run();
    }
  }
}
