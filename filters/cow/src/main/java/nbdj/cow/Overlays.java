package nbdj.cow;

import java.io.Closeable;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What was written, for each export by itself.
 *
 * <p>Names come from clients, so an export that nobody changed is forgotten when the last client
 * has left it. Safe for use by many threads.
 */
final class Overlays implements Closeable {
  /**
   * An export. A client on an encrypted connection may have written what others must not see.
   *
   * @param tls the connection is encrypted
   */
  private record Key(String exportName, boolean tls) {}

  /** An overlay that a client has borrowed, until it is closed. */
  interface Borrowed extends Closeable {
    Overlay overlay();

    @Override
    void close();
  }

  /** An overlay and how many clients have borrowed it. */
  private final class Entry implements Borrowed {
    private final Key key;
    private final Overlay overlay = new Overlay(file, blockSize);

    // Guarded by lock.
    private int clients;

    Entry(Key key) {
      this.key = key;
    }

    @Override
    public Overlay overlay() {
      return overlay;
    }

    @Override
    public void close() {
      giveBack(this);
    }
  }

  private final TemporaryFile file;
  private final int blockSize;

  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  private final Map<Key, Entry> entries = new HashMap<>();

  Overlays(TemporaryFile file, int blockSize) {
    this.file = file;
    this.blockSize = blockSize;
  }

  /** Borrow the overlay of an export. */
  Borrowed borrow(String exportName, boolean tls) {
    lock.lock();
    try {
      Entry entry = entries.computeIfAbsent(new Key(exportName, tls), Entry::new);
      entry.clients++;
      return entry;
    } finally {
      lock.unlock();
    }
  }

  private void giveBack(Entry entry) {
    lock.lock();
    try {
      if (--entry.clients == 0 && entry.overlay.isEmpty()) {
        entries.remove(entry.key);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Get how many exports are remembered. */
  int size() {
    lock.lock();
    try {
      return entries.size();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
