package nbdj.runtime.protocol;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * One thread that looks after all connections of a server: it ends handshakes that take too long,
 * and finds another reader for a connection whose reader is held up by a slow request.
 *
 * <p>It wakes up every millisecond while requests are being made, and not at all while none are.
 */
public final class Watch implements AutoCloseable {
  /** How often it looks while there is something to see, in nanoseconds. */
  private static final long TICK = 1_000_000;

  /** How often it looks for handshakes that are too long, in nanoseconds. */
  private static final long SLOW_TICK = 100_000_000;

  /** After how many quiet ticks it stops looking. */
  private static final int PATIENCE = 50;

  /** What a connection wants of the watch. */
  enum Need {
    /** Nothing until it calls {@link Watch#wake}. */
    NOTHING,
    /** A look now and then. */
    DEADLINE,
    /** A look at each tick. */
    TICKS
  }

  /** A connection as the watch sees it. */
  interface Watched {
    /** Look after the connection. Must not block. */
    Need tick(long now);
  }

  private final Set<Watched> all = ConcurrentHashMap.newKeySet();
  private final Thread thread;
  private volatile boolean closed;

  /** Set while the thread sleeps without looking every tick. */
  private volatile boolean asleep;

  /** Start to watch. */
  public Watch() {
    thread = Thread.ofPlatform().daemon().name("nbdj-watch").start(this::run);
  }

  void add(Watched watched) {
    all.add(watched);
    wake();
  }

  void remove(Watched watched) {
    all.remove(watched);
  }

  /** Have the watch look at each tick for a while. Costs next to nothing if it does already. */
  void wake() {
    if (asleep) {
      asleep = false;
      LockSupport.unpark(thread);
    }
  }

  private void run() {
    int quiet = 0;
    while (!closed) {
      Need need = look();
      quiet = need == Need.TICKS ? 0 : Math.min(quiet + 1, PATIENCE);
      if (quiet < PATIENCE) {
        LockSupport.parkNanos(this, TICK);
        continue;
      }
      asleep = true;
      // Whoever began a request before it could see that we sleep is seen here.
      need = look();
      if (need == Need.TICKS) {
        asleep = false;
        quiet = 0;
      } else if (asleep && need == Need.DEADLINE) {
        LockSupport.parkNanos(this, SLOW_TICK);
      } else if (asleep && !closed) {
        LockSupport.park(this);
      }
    }
  }

  private Need look() {
    long now = System.nanoTime();
    Need most = Need.NOTHING;
    for (Watched watched : all) {
      Need need = watched.tick(now);
      most = need.compareTo(most) > 0 ? need : most;
    }
    return most;
  }

  /** Stop watching. */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
