package nbdj.cli;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import nbdj.runtime.server.NbdServerBuilder;

/**
 * What clients are allowed; empty for what a server allows by itself.
 *
 * @param threads the most requests at work for one connection
 * @param connections the most clients at once
 * @param options the most options in a handshake
 * @param handshake the longest handshake
 * @param idle the longest silence
 * @param stall the longest standstill in a large message
 * @param memory the most bytes that large requests hold together
 * @param memoryOfOne the most bytes that those of one connection hold
 */
record ClientLimits(
    OptionalInt threads,
    OptionalInt connections,
    OptionalInt options,
    Optional<Duration> handshake,
    Optional<Duration> idle,
    Optional<Duration> stall,
    Optional<Long> memory,
    Optional<Long> memoryOfOne) {
  void apply(NbdServerBuilder builder) {
    threads.ifPresent(builder::threads);
    connections.ifPresent(builder::maxConnections);
    options.ifPresent(builder::maxOptions);
    handshake.ifPresent(builder::handshakeTimeout);
    idle.ifPresent(builder::idleTimeout);
    stall.ifPresent(builder::stallTimeout);
    memory.ifPresent(builder::requestMemory);
    memoryOfOne.ifPresent(builder::connectionMemory);
  }
}
