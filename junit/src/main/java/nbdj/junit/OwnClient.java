package nbdj.junit;

import java.net.URI;
import java.util.concurrent.locks.ReentrantLock;
import nbdj.client.NbdClient;
import nbdj.client.NbdClientException;
import org.jspecify.annotations.Nullable;

/** The client that a disk has for tests, connected when it is asked for. For any thread. */
final class OwnClient {
  /** Held while it connects: who else wants it waits for the same connection. */
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  private @Nullable NbdClient client;

  /** Get it, connected now if it is not any more. */
  NbdClient get(URI uri) throws NbdClientException {
    lock.lock();
    try {
      NbdClient current = client;
      if (current == null || !current.isOpen()) {
        close(current);
        current = NbdClient.connect(uri);
        client = current;
      }
      return current;
    } finally {
      lock.unlock();
    }
  }

  /** Disconnect; what it still waits for fails. */
  void close() {
    lock.lock();
    try {
      close(client);
      client = null;
    } finally {
      lock.unlock();
    }
  }

  private static void close(@Nullable NbdClient client) {
    if (client == null) {
      return;
    }
    if (client.inFlight() > 0) {
      client.abort();
    } else {
      client.close();
    }
  }
}
