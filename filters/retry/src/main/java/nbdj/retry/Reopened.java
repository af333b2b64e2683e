package nbdj.retry;

import java.io.IOException;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import nbdj.api.Context;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.Next;
import nbdj.api.OpenRequest;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The layer below one connection, which can be opened again.
 *
 * <p>The filter owns the handle, so that it can be closed before another is opened: there may be
 * room for only one. Safe for use by many threads: requests run in parallel under the shared lock,
 * which is held while the layer below is called, and nobody closes the handle under them; who opens
 * it again waits for them and keeps out those that come.
 */
final class Reopened {
  private static final Logger log = LoggerFactory.getLogger(Reopened.class);

  private final Context context;
  private final OpenRequest request;

  private final ReadWriteLock lock = new ReentrantReadWriteLock();

  // Guarded by lock.
  private @Nullable Next current;
  private long openings;

  private Reopened(Context context, OpenRequest request, Next first) {
    this.context = context;
    this.request = request;
    this.current = first;
  }

  /** Open the layer below for the first time, and lend it to the connection. */
  static Reopened open(Context context, OpenRequest request) throws IOException {
    Next first = context.backend().open(request.readOnly(), request.exportName(), request.shared());
    context.setNext(first);
    return new Reopened(context, request, first);
  }

  /** Prepare what was opened first. */
  void prepare() throws IOException {
    Next first = current;
    if (first == null) {
      throw new IllegalStateException("prepared after it was closed");
    }
    first.prepare();
  }

  /** A request, done on the layer below. */
  interface Operation {
    /**
     * Do it.
     *
     * @param again the handle is not the first: what clients were told may not hold for it
     */
    void on(Next next, boolean again) throws IOException;
  }

  /** Do a request on the handle that is open. */
  void perform(Operation operation) throws IOException {
    lock.readLock().lock();
    try {
      if (current == null) {
        throw new NbdException(NbdError.EIO, "the layer below could not be opened again");
      }
      operation.on(current, openings > 0);
    } finally {
      lock.readLock().unlock();
    }
  }

  /** Get which handle is open. */
  long openings() {
    lock.readLock().lock();
    try {
      return openings;
    } finally {
      lock.readLock().unlock();
    }
  }

  /**
   * Close the handle and open another, unless somebody has since a request failed.
   *
   * @param failed the handle on which it did
   * @return the handle that is open now
   */
  long reopen(long failed, boolean readOnly) throws IOException {
    lock.writeLock().lock();
    try {
      if (openings > failed && current != null) {
        return openings;
      }
      openings++;
      closeCurrent();
      Next next =
          context
              .backend()
              .open(request.readOnly() || readOnly, request.exportName(), request.shared());
      try {
        next.prepare();
      } catch (IOException | RuntimeException | Error e) {
        close(next, e);
        throw e;
      }
      context.setNext(next);
      current = next;
      return openings;
    } finally {
      lock.writeLock().unlock();
    }
  }

  private static void close(Next next, Throwable failure) {
    try {
      next.close();
    } catch (IOException | RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  /** Close the handle. That this fails is no surprise: it has failed before. */
  private void closeCurrent() {
    Next old = current;
    current = null;
    if (old != null) {
      try {
        old.close();
      } catch (IOException e) {
        log.debug("closing the layer below failed", e);
      }
    }
  }

  /** Close the handle that is open, if one is. */
  void close() throws IOException {
    lock.writeLock().lock();
    try {
      Next last = current;
      current = null;
      if (last != null) {
        last.close();
      }
    } finally {
      lock.writeLock().unlock();
    }
  }
}
