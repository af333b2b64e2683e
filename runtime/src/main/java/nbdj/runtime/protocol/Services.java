package nbdj.runtime.protocol;

import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * What the connections of one server share.
 *
 * @param threads runs readers and their followers: starts a thread for whatever it is given, never
 *     queues and never interrupts
 * @param buffers lends memory
 * @param watch looks after slow requests and clients
 * @param limits what each client is allowed
 * @param tls whether and how connections are encrypted; empty if they are not
 * @param dialect how much of the protocol is offered
 * @param meter counts requests
 */
public record Services(
    Executor threads,
    Buffers buffers,
    Watch watch,
    ClientLimits limits,
    Optional<TlsOffer> tls,
    Dialect dialect,
    Meter meter) {
  /** Have threads prepared for the connection that they serve. */
  public Services withThreads(Executor prepared) {
    return new Services(prepared, buffers, watch, limits, tls, dialect, meter);
  }
}
