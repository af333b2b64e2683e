package nbdj.runtime.protocol;

import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * What the connections of one server share.
 *
 * @param threads runs readers and their followers: starts a thread for whatever it is given, never
 *     queues and never interrupts
 * @param buffers lends memory
 * @param watch looks after slow requests and handshakes
 * @param inFlight how many requests of one connection may run at once, at least 1
 * @param handshake how long a handshake may take in all
 */
public record Services(
    Executor threads, Buffers buffers, Watch watch, int inFlight, Duration handshake) {}
