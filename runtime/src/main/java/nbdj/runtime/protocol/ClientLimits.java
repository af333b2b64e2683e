package nbdj.runtime.protocol;

import java.time.Duration;

/**
 * What each client of a server is allowed.
 *
 * @param inFlight how many of its requests may run at once, at least 1
 * @param options how many options it may send, and as many more for each export that it listed
 * @param handshake how long its handshake may take in all
 * @param idle how long it may be silent with no request under way; zero for any time
 * @param stall how long it may take to give or take a part of a large message, while it holds
 *     memory for it; zero for any time
 */
public record ClientLimits(
    int inFlight, int options, Duration handshake, Duration idle, Duration stall) {}
