package nbdj.proxy;

import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import nbdj.client.NbdClient;

/**
 * A connection that all handles share, made anew for those that are opened after it was lost.
 *
 * <p>Safe for use by many threads. The lock is held while a connection is made anew: who opens a
 * handle meanwhile needs the same.
 */
final class SharedConnection implements Closeable {
  private final Remote remote;

  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  private NbdClient client;

  /** Connect. */
  SharedConnection(Remote remote) throws IOException {
    this.remote = remote;
    this.client = remote.connect(remote.exportName());
  }

  /** Get the connection, or another if it was lost. */
  NbdClient client() throws IOException {
    lock.lock();
    try {
      if (!client.isOpen()) {
        client.abort();
        client = remote.connect(remote.exportName());
      }
      return client;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      client.close();
    } finally {
      lock.unlock();
    }
  }
}
