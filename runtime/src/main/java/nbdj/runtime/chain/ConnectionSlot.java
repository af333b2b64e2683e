package nbdj.runtime.chain;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import org.jspecify.annotations.Nullable;

/**
 * The right to the only open handle of a layer under {@link
 * nbdj.api.ThreadModel#SERIALIZE_CONNECTIONS} (rule T-2).
 *
 * <p>Connections wait for each other here. Who could wait for ever fails at once: a filter, which
 * may be what keeps the holder alive, and whoever finds the handle in the hands of a filter.
 */
final class ConnectionSlot {
  private final String layer;

  /** Fair, so that connections are let in in the order in which they came. */
  private final ReentrantLock lock = new ReentrantLock(true);

  /** Signalled when the holder leaves or the chain stops. */
  private final Condition changed = lock.newCondition();

  // Protected by lock.
  private @Nullable Owner holder;
  private boolean stopping;

  ConnectionSlot(String layer) {
    this.layer = layer;
  }

  /** Take the slot for an owner, waiting for another connection to leave it. */
  void acquire(Owner owner) throws NbdException {
    lock.lock();
    try {
      while (holder != null) {
        if (stopping) {
          throw new NbdException(NbdError.ESHUTDOWN, "the server is shutting down");
        }
        if (holder == owner || holder.isFilter() || owner.isFilter()) {
          throw new NbdException(
              NbdError.EIO,
              "%s allows one open handle at a time, and %s holds it (rule T-2)"
                  .formatted(layer, holder == owner ? "the same connection" : holder.describe()));
        }
        // Not interruptible: an interrupt near a connection's thread closes channels.
        changed.awaitUninterruptibly();
      }
      holder = owner;
    } finally {
      lock.unlock();
    }
  }

  /** Give the slot to the next who waits. */
  void release() {
    lock.lock();
    try {
      holder = null;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Have everyone who waits, or would from now on, fail with {@link NbdError#ESHUTDOWN}. */
  void stop() {
    lock.lock();
    try {
      stopping = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
