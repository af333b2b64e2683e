package nbdj.runtime.chain;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Keeps the order of all callbacks, and makes chosen ones fail. Safe for use by many threads. */
final class Journal {
  private final List<String> events = new ArrayList<>();
  private final Map<String, Throwable> failures = new HashMap<>();

  /** Have an event throw, after it has been written down. */
  synchronized Journal fail(String event, Throwable failure) {
    failures.put(event, failure);
    return this;
  }

  /** Have an event throw a plain I/O failure. */
  Journal fail(String event) {
    return fail(event, new IOException("no " + event));
  }

  synchronized void heal() {
    failures.clear();
  }

  /** Write an event down, and throw what it is to throw. */
  void add(String event) throws IOException {
    Throwable failure;
    synchronized (this) {
      events.add(event);
      failure = failures.get(event);
    }
    switch (failure) {
      case null -> {}
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new AssertionError(failure);
    }
  }

  synchronized List<String> events() {
    return List.copyOf(events);
  }

  synchronized List<String> take() {
    List<String> taken = List.copyOf(events);
    events.clear();
    return taken;
  }

  synchronized long count(String event) {
    return events.stream().filter(event::equals).count();
  }
}
