package nbdj.client;

import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * Says how to connect. Used by one thread at a time; each connection takes what is set when it is
 * made.
 *
 * @since 0.1
 */
public final class NbdClientBuilder {
  /** The context that tells holes and zeroes. */
  static final String ALLOCATION = "base:allocation";

  private Duration timeout = Duration.ofSeconds(60);
  private boolean structuredReplies = true;
  private boolean checked = true;
  private List<String> metaContexts = List.of(ALLOCATION);

  NbdClientBuilder() {}

  /**
   * Set how long connecting may take, each step of the handshake, and each request: from its
   * sending, or from when all that were sent before it had been answered, to the end of its reply.
   * 60 seconds if never called. A request that takes longer ends the connection, because nothing
   * else could be told of it.
   *
   * @param value {@link Duration#ZERO} for any time
   */
  public NbdClientBuilder timeout(Duration value) {
    if (value.isNegative()) {
      throw new IllegalArgumentException(
          "timeout=%s: must be positive, or zero for none".formatted(value));
    }
    timeout = value;
    return this;
  }

  /**
   * Set whether to ask for structured replies: yes if never called. Without them there is no block
   * status, and errors come without a text.
   */
  public NbdClientBuilder structuredReplies(boolean value) {
    structuredReplies = value;
    return this;
  }

  /** Set the metadata contexts to ask for: base:allocation alone if never called. */
  public NbdClientBuilder metaContexts(String... names) {
    metaContexts = List.of(names);
    return this;
  }

  /**
   * Send every request as it is given, to see what a server makes of it: one that the export does
   * not offer, one outside its range, one without a length; and never split one. Otherwise the
   * client refuses the former and splits long ones.
   */
  public NbdClientBuilder unchecked() {
    checked = false;
    return this;
  }

  Duration timeout() {
    return timeout;
  }

  boolean isChecked() {
    return checked;
  }

  /**
   * Connect to the export that a URI names.
   *
   * @throws IllegalArgumentException if the URI is not one of NBD, or needs TLS
   * @throws NbdClientException if the server cannot be reached, refuses, or breaks the protocol
   */
  public NbdClient connect(URI uri) throws NbdClientException {
    Address address = Address.of(uri);
    NbdNegotiation negotiation = NbdNegotiation.begin(address, this);
    try {
      return open(negotiation, address.exportName());
    } catch (NbdClientException | RuntimeException | Error e) {
      negotiation.close(e);
      throw e;
    }
  }

  private NbdClient open(NbdNegotiation negotiation, String exportName) throws NbdClientException {
    agree(negotiation, exportName);
    try {
      return negotiation.go(exportName);
    } catch (NbdRefusedException e) {
      if (e.reason() != NbdRefusedException.Reason.UNSUPPORTED) {
        throw e;
      }
    }
    return negotiation.exportName(exportName);
  }

  /** Agree on as much of what is wanted as the server has. */
  private void agree(NbdNegotiation negotiation, String exportName) throws NbdClientException {
    if (!structuredReplies) {
      return;
    }
    try {
      negotiation.structuredReplies();
      if (!metaContexts.isEmpty()) {
        negotiation.setMetaContexts(exportName, metaContexts.toArray(String[]::new));
      }
    } catch (NbdRefusedException e) {
      if (e.reason() == NbdRefusedException.Reason.TLS_REQUIRED
          || e.reason() == NbdRefusedException.Reason.SHUTDOWN) {
        throw e;
      }
    }
  }

  /** Begin a handshake to be led option by option; the URI's export name has no part in it. */
  public NbdNegotiation negotiate(URI uri) throws NbdClientException {
    return NbdNegotiation.begin(Address.of(uri), this);
  }

  /** Ask a server which exports it lists. */
  public List<ListedExport> list(URI uri) throws NbdClientException {
    try (NbdNegotiation negotiation = negotiate(uri)) {
      return negotiation.list();
    }
  }

  /** Ask what the export that a URI names is like, without opening it. */
  public NbdExport info(URI uri) throws NbdClientException {
    Address address = Address.of(uri);
    try (NbdNegotiation negotiation = NbdNegotiation.begin(address, this)) {
      agree(negotiation, address.exportName());
      return negotiation.info(address.exportName());
    }
  }

  /**
   * Open some connections to one export if the server says that they may be used as one, or a
   * single connection if it does not.
   *
   * @param connections at least 1
   */
  public NbdPool pool(URI uri, int connections) throws NbdClientException {
    return NbdPool.open(this, uri, connections);
  }
}
