package nbdj.runtime.server;

import java.time.Duration;

/**
 * What a server allows its clients.
 *
 * @param threads how many requests of one connection may run at once, at least 1
 * @param connections how many clients may be connected at once, at least 1
 * @param handshake how long a handshake may take in all
 * @param stop how long running requests may take when the server stops
 * @param memory how many bytes the large requests of all clients may hold together
 */
record Limits(int threads, int connections, Duration handshake, Duration stop, long memory) {
  static final Limits DEFAULT =
      new Limits(16, 1000, Duration.ofSeconds(30), Duration.ofSeconds(10), 512L << 20);

  Limits {
    require(threads >= 1, "threads", threads);
    require(connections >= 1, "connections", connections);
  }

  private static void require(boolean holds, String name, int value) {
    if (!holds) {
      throw new IllegalArgumentException("%s=%d: must be at least 1".formatted(name, value));
    }
  }

  Limits withThreads(int value) {
    return new Limits(value, connections, handshake, stop, memory);
  }

  Limits withConnections(int value) {
    return new Limits(threads, value, handshake, stop, memory);
  }

  Limits withHandshake(Duration value) {
    return new Limits(threads, connections, value, stop, memory);
  }

  Limits withStop(Duration value) {
    return new Limits(threads, connections, handshake, value, memory);
  }

  Limits withMemory(long value) {
    return new Limits(threads, connections, handshake, stop, value);
  }
}
