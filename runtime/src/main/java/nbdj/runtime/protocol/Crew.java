package nbdj.runtime.protocol;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the threads in one connection: the one that reads and those that perform requests. The
 * last to leave closes the connection.
 */
final class Crew {
  private final AtomicInteger count = new AtomicInteger(1);
  private final Runnable last;

  /** Make a crew of one. */
  Crew(Runnable last) {
    this.last = last;
  }

  int size() {
    return count.get();
  }

  void join() {
    count.incrementAndGet();
  }

  void leave() {
    if (count.decrementAndGet() == 0) {
      last.run();
    }
  }
}
