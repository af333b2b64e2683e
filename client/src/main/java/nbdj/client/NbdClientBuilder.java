package nbdj.client;

import java.net.URI;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

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
  private boolean extendedHeaders = true;
  private boolean checked = true;
  private @Nullable SSLContext tls;
  private @Nullable Path tlsCertificates;
  private List<String> metaContexts = List.of(ALLOCATION);
  private int listedContexts;

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
   * status, and errors come without a text, and no extended headers.
   */
  public NbdClientBuilder structuredReplies(boolean value) {
    structuredReplies = value;
    return this;
  }

  /**
   * Set whether to ask for extended headers: yes if never called. Without them, and with servers
   * that do not know them, ranges of 4 GiB and more are split.
   */
  public NbdClientBuilder extendedHeaders(boolean value) {
    extendedHeaders = value;
    return this;
  }

  /**
   * Set what encrypts the connections of URIs that begin with nbds, which tells the authorities
   * that are believed and the certificate that is shown: what Java has by default if neither this
   * nor {@link #tlsCertificates} is called.
   */
  public NbdClientBuilder tls(SSLContext context) {
    tls = context;
    tlsCertificates = null;
    return this;
  }

  /**
   * Set a folder whose files tell that: {@code ca-cert.pem} the authorities and, if they are there,
   * {@code client-cert.pem} and {@code client-key.pem} what is shown, all in PEM form and the key
   * as PKCS#8 writes it. {@code tls-certificates} of a URI comes before it.
   */
  public NbdClientBuilder tlsCertificates(Path folder) {
    tlsCertificates = folder;
    tls = null;
    return this;
  }

  /** Make the client's side of an encrypted connection. */
  SSLEngine engine(Address address, TlsWish wish) throws NbdClientException {
    String host = wish.hostname().orElse(address.host());
    SSLEngine engine = context(wish).createSSLEngine(host, Math.max(address.port(), 1));
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
    if (!host.isEmpty()) {
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
    }
    engine.setSSLParameters(parameters);
    return engine;
  }

  private SSLContext context(TlsWish wish) throws NbdClientException {
    Path folder = wish.certificates().orElse(tlsCertificates);
    if (folder != null) {
      return TlsKeys.read(folder);
    }
    if (tls != null) {
      return tls;
    }
    try {
      return SSLContext.getDefault();
    } catch (NoSuchAlgorithmException e) {
      throw new NbdDisconnectedException("Java has no TLS: " + e.getMessage(), e);
    }
  }

  /** Set the metadata contexts to ask for: base:allocation alone if never called. */
  public NbdClientBuilder metaContexts(String... names) {
    metaContexts = List.of(names);
    return this;
  }

  /**
   * Ask for the metadata contexts that the server lists for the export as well: none if never
   * called.
   *
   * @param most how many contexts are asked for in all
   */
  public NbdClientBuilder listedMetaContexts(int most) {
    listedContexts = most;
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
   * @throws IllegalArgumentException if the URI is not one of NBD
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
      if (!extendedHeaders || !agreeOnExtended(negotiation)) {
        negotiation.structuredReplies();
      }
      Set<String> contexts = new LinkedHashSet<>(metaContexts);
      if (contexts.size() < listedContexts) {
        contexts.addAll(listed(negotiation, exportName));
      }
      if (!contexts.isEmpty()) {
        negotiation.setMetaContexts(
            exportName,
            contexts.stream()
                .limit(Math.max(listedContexts, metaContexts.size()))
                .toArray(String[]::new));
      }
    } catch (NbdRefusedException e) {
      throwUnlessOptional(e);
    }
  }

  private static List<String> listed(NbdNegotiation negotiation, String exportName)
      throws NbdClientException {
    try {
      return negotiation.listMetaContexts(exportName);
    } catch (NbdRefusedException e) {
      throwUnlessOptional(e);
      return List.of();
    }
  }

  private static boolean agreeOnExtended(NbdNegotiation negotiation) throws NbdClientException {
    try {
      negotiation.extendedHeaders();
      return true;
    } catch (NbdRefusedException e) {
      throwUnlessOptional(e);
      return false;
    }
  }

  private static void throwUnlessOptional(NbdRefusedException e) throws NbdRefusedException {
    if (e.reason() == NbdRefusedException.Reason.TLS_REQUIRED
        || e.reason() == NbdRefusedException.Reason.SHUTDOWN) {
      throw e;
    }
  }

  /**
   * Begin a handshake to be led option by option, which is encrypted already if the URI wants it;
   * its export name has no part in it.
   */
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
