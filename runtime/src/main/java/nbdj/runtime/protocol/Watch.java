package nbdj.runtime.protocol;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * One thread that looks after all connections of a server: it ends handshakes that take too long,
 * and finds another reader for a connection whose reader is held up by a slow request.
 *
 * <p>It wakes up every millisecond while requests are being made, and not at all while none are;
 * idle connections are looked at ten times a second, however busy others are.
 */
public final class Watch implements AutoCloseable {
  /** How often it looks at what is busy, in nanoseconds. */
  private static final long TICK = 1_000_000;

  /** How often it looks for handshakes that are too long, in nanoseconds. */
  private static final long SLOW_TICK = 100_000_000;

  /** After how many quiet ticks it stops to look at a connection. */
  private static final int PATIENCE = 50;

  /** What a connection wants of the watch. */
  enum Need {
    /** Nothing until it calls {@link Watch#wake} or {@link Busy#wake}. */
    NOTHING,
    /** A look now and then. */
    DEADLINE,
    /** A look at each tick, of what is busy. */
    TICKS
  }

  /** A connection as the watch sees it. */
  interface Watched {
    /** Look after the connection. Must not block. */
    Need tick(long now);
  }

  private final Set<Watched> all = ConcurrentHashMap.newKeySet();

  /** What is looked at every tick. */
  private final Set<Busy> busy = ConcurrentHashMap.newKeySet();

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

  /** Have the watch look now and then. Costs next to nothing if it does already. */
  void wake() {
    if (asleep) {
      asleep = false;
      LockSupport.unpark(thread);
    }
  }

  /** Something that is looked at every tick from when it says so until it has been quiet. */
  final class Busy {
    private final Watched watched;

    /** Set while it is looked at. */
    private volatile boolean seen;

    /** For how many ticks it has needed none. Used by the watch only. */
    private int quiet;

    /** Make one that is not looked at. It need not be removed: it falls quiet. */
    Busy(Watched watched) {
      this.watched = watched;
    }

    /** Have the watch look at each tick for a while. Costs next to nothing if it does already. */
    void wake() {
      if (!seen) {
        seen = true;
        busy.add(this);
        Watch.this.wake();
      }
    }

    private void look(long now) {
      if (watched.tick(now) == Need.TICKS) {
        quiet = 0;
      } else if (++quiet > PATIENCE) {
        quiet = 0;
        seen = false;
        busy.remove(this);
        // Who was about to be seen, or did not see in time that it is not, comes back here.
        if (seen || watched.tick(now) == Need.TICKS) {
          seen = true;
          busy.add(this);
        }
      }
    }
  }

  private void run() {
    long lookedAt = System.nanoTime();
    while (!closed) {
      long now = System.nanoTime();
      busy.forEach(one -> one.look(now));
      if (now - lookedAt > SLOW_TICK) {
        lookAtAll(now);
        lookedAt = now;
      }
      if (!busy.isEmpty()) {
        LockSupport.parkNanos(this, TICK);
        continue;
      }
      asleep = true;
      // Whoever began before it could see that we sleep is seen here.
      Need need = lookAtAll(now);
      lookedAt = now;
      if (asleep && busy.isEmpty() && !closed) {
        if (need == Need.NOTHING) {
          LockSupport.park(this);
        } else {
          LockSupport.parkNanos(this, SLOW_TICK);
        }
      }
    }
  }

  private Need lookAtAll(long now) {
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
