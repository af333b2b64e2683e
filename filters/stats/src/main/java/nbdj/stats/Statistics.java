package nbdj.stats;

import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;

/** What is known of all requests. Safe for use by many threads. */
final class Statistics {
  private final Map<Operation, Tally> tallies = new EnumMap<>(Operation.class);

  Statistics() {
    for (Operation operation : Operation.values()) {
      tallies.put(operation, new Tally());
    }
  }

  /** A request. */
  interface Body {
    void run() throws IOException;
  }

  Tally of(Operation operation) {
    Tally tally = tallies.get(operation);
    if (tally == null) {
      throw new IllegalStateException("no tally of " + operation);
    }
    return tally;
  }

  /** Do a request and count it. */
  void around(Operation operation, long offset, long count, Body body) throws IOException {
    long began = System.nanoTime();
    boolean failed = true;
    try {
      body.run();
      failed = false;
    } finally {
      of(operation).add(offset, count, System.nanoTime() - began, failed);
    }
  }
}
