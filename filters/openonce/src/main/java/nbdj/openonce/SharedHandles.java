package nbdj.openonce;

import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;
import nbdj.api.Backend;
import nbdj.api.Next;
import nbdj.api.OpenRequest;
import org.jspecify.annotations.Nullable;

/**
 * The handles that the filter has opened, one for each kind of request.
 *
 * <p>Safe for use by many threads. A slow open delays only those who ask for the same handle.
 */
final class SharedHandles implements Closeable {
  private final ConcurrentMap<Key, Entry> entries = new ConcurrentHashMap<>();

  /**
   * Get the handle that serves a request, opened and prepared now if it is the first of its kind. A
   * failure is not kept: the next request tries again.
   */
  Next get(Backend backend, OpenRequest request) throws IOException {
    Key key = new Key(request.readOnly(), request.tls(), request.exportName());
    while (true) {
      Entry entry = entries.computeIfAbsent(key, absent -> new Entry());
      entry.lock.lock();
      try {
        if (!entry.failed) {
          return get(backend, key, entry);
        }
      } finally {
        entry.lock.unlock();
      }
    }
  }

  /** Get the handle of an entry whose lock is held. */
  private Next get(Backend backend, Key key, Entry entry) throws IOException {
    Next handle = entry.handle;
    if (handle != null) {
      return handle;
    }
    try {
      handle = openAndPrepare(backend, key);
    } catch (IOException | RuntimeException | Error failure) {
      // Names come from clients: those that cannot be opened must not pile up.
      entry.failed = true;
      entries.remove(key, entry);
      throw failure;
    }
    entry.handle = handle;
    return handle;
  }

  private static Next openAndPrepare(Backend backend, Key key) throws IOException {
    Next handle = backend.open(key.readOnly, key.exportName, true);
    try {
      handle.prepare();
    } catch (IOException | RuntimeException | Error failure) {
      try {
        handle.close();
      } catch (IOException | RuntimeException second) {
        failure.addSuppressed(second);
      }
      throw failure;
    }
    return handle;
  }

  /** Close every handle. Called when no connection is left. */
  @Override
  public void close() throws IOException {
    @Nullable IOException first = null;
    for (Entry entry : entries.values()) {
      try {
        entry.close();
      } catch (IOException failure) {
        if (first == null) {
          first = failure;
        } else {
          first.addSuppressed(failure);
        }
      }
    }
    entries.clear();
    if (first != null) {
      throw first;
    }
  }

  /** What two clients must have in common to be lent the same handle. */
  private record Key(boolean readOnly, boolean tls, String exportName) {}

  /** The place of one handle. Its lock is held while the handle is opened. */
  private static final class Entry implements Closeable {
    private final ReentrantLock lock = new ReentrantLock();
    // Guarded by lock.
    private @Nullable Next handle;
    // The entry was taken out of the map: who waited for the lock starts again.
    private boolean failed;

    @Override
    public void close() throws IOException {
      lock.lock();
      try {
        if (handle != null) {
          handle.close();
        }
      } finally {
        lock.unlock();
      }
    }
  }
}
