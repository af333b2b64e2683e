package nbdj.tck.blackbox;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The conformance suite of the NBD protocol: what the specification asks of a server, clause by
 * clause, over a bare socket. It knows nothing of layers, so any server may be put to it.
 *
 * <p>The server runs already, and serves several clients at once or one after the other. Tests
 * write to the export. What a server need not offer, and does not, is skipped.
 *
 * @since 0.1
 */
@ExtendWith(ClauseExtension.class)
@Timeout(60)
public abstract class ProtocolConformance {
  /** Made by JUnit. */
  protected ProtocolConformance() {}

  /** Get the URI of an export of at least 256 KiB; of TCP if {@link #tls} is not empty. */
  protected abstract URI uri();

  /** Get what the connections are encrypted with; empty, as by default, for none. */
  protected Optional<SSLContext> tls() {
    return Optional.empty();
  }

  /** Get an export name that must be refused; empty if every name is good. */
  protected Optional<String> missingExport() {
    return Optional.empty();
  }

  /**
   * Get the tests that the server is known not to pass, by their names, each with a reason. One
   * that it passes all the same is a failure.
   */
  protected Map<String, String> deviations() {
    return Map.of();
  }

  /** Get the tests that the server passes now and then, by their names, each with a reason. */
  protected Map<String, String> unsteady() {
    return Map.of();
  }

  /** Proves the greeting and what is negotiated. */
  @Nested
  public class Negotiation extends NegotiationClauses {
    /** Made by JUnit. */
    public Negotiation() {
      super(ProtocolConformance.this);
    }
  }

  /** Proves metadata contexts and block status. */
  @Nested
  public class Contexts extends ContextClauses {
    /** Made by JUnit. */
    public Contexts() {
      super(ProtocolConformance.this);
    }
  }

  /** Proves requests and replies. */
  @Nested
  public class Transmission extends TransmissionClauses {
    /** Made by JUnit. */
    public Transmission() {
      super(ProtocolConformance.this);
    }
  }

  /** Proves requests and replies with extended headers. */
  @Nested
  public class Extended extends ExtendedClauses {
    /** Made by JUnit. */
    public Extended() {
      super(ProtocolConformance.this);
    }
  }
}
