package nbdj.runtime.server;

import java.time.Duration;
import nbdj.runtime.protocol.ClientLimits;

/**
 * What a server allows its clients.
 *
 * @param client what it allows each of them
 * @param connections how many clients may be connected at once, at least 1
 * @param stop how long running requests may take when the server stops
 * @param memory how many bytes the large requests of all clients may hold together
 * @param memoryOfOne how many bytes the large requests of one connection may hold; 0 for a half of
 *     {@code memory}
 */
record Limits(ClientLimits client, int connections, Duration stop, long memory, long memoryOfOne) {
  static final Limits DEFAULT =
      new Limits(
          new ClientLimits(16, 32, Duration.ofSeconds(30), Duration.ZERO, Duration.ofSeconds(60)),
          1000,
          Duration.ofSeconds(10),
          512L << 20,
          0);

  Limits {
    require(client.inFlight() >= 1, "threads", client.inFlight());
    require(client.options() >= 1, "options", client.options());
    require(connections >= 1, "connections", connections);
    require(client.handshake().isPositive(), "handshake timeout", client.handshake());
    require(!client.idle().isNegative(), "idle timeout", client.idle());
    require(!client.stall().isNegative(), "stall timeout", client.stall());
  }

  private static void require(boolean holds, String name, Object value) {
    if (!holds) {
      throw new IllegalArgumentException("%s=%s: out of range".formatted(name, value));
    }
  }

  /** Get how many bytes the large requests of one connection may hold. */
  long memoryOfConnection() {
    // No less than the longest request needs.
    return memoryOfOne > 0 ? memoryOfOne : Math.min(memory, Math.max(memory / 2, 64L << 20));
  }

  Limits withThreads(int value) {
    return with(
        new ClientLimits(
            value, client.options(), client.handshake(), client.idle(), client.stall()));
  }

  Limits withOptions(int value) {
    return with(
        new ClientLimits(
            client.inFlight(), value, client.handshake(), client.idle(), client.stall()));
  }

  Limits withHandshake(Duration value) {
    return with(
        new ClientLimits(
            client.inFlight(), client.options(), value, client.idle(), client.stall()));
  }

  Limits withIdle(Duration value) {
    return with(
        new ClientLimits(
            client.inFlight(), client.options(), client.handshake(), value, client.stall()));
  }

  Limits withStall(Duration value) {
    return with(
        new ClientLimits(
            client.inFlight(), client.options(), client.handshake(), client.idle(), value));
  }

  private Limits with(ClientLimits value) {
    return new Limits(value, connections, stop, memory, memoryOfOne);
  }

  Limits withConnections(int value) {
    return new Limits(client, value, stop, memory, memoryOfOne);
  }

  Limits withStop(Duration value) {
    return new Limits(client, connections, value, memory, memoryOfOne);
  }

  Limits withMemory(long value) {
    return new Limits(client, connections, stop, value, memoryOfOne);
  }

  Limits withMemoryOfOne(long value) {
    return new Limits(client, connections, stop, memory, value);
  }
}
