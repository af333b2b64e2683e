package nbdj.ext4;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The files of a filesystem that are open: however often, one object each. Safe for use by several
 * threads.
 */
final class OpenFiles {

  /** Guards the fields below; never held while the device is used. */
  private final Object lock = new Object();

  /** Files by inode; each is here as long as it has users. */
  private final Map<Long, SharedFile> files = new HashMap<>();

  /** Inodes of files that have been written, and were closed since. */
  private final Set<Long> changed = new TreeSet<>();

  /** How many changed files have been closed. */
  private long closings;

  private boolean closed;

  /** Return how many files that were written have been closed: an inode read before may be old. */
  long closings() {
    synchronized (lock) {
      return closings;
    }
  }

  /** Makes what stands for a file. */
  interface Maker {
    SharedFile make() throws IOException;
  }

  /**
   * Take a file into use.
   *
   * @param before {@link #closings} when the file's inode had not yet been read
   * @return empty if the inode must be read again
   */
  Optional<SharedFile> take(long inode, long before, Maker maker) throws IOException {
    SharedFile fresh = maker.make();
    synchronized (lock) {
      if (closed) {
        throw new IllegalStateException("filesystem is closed");
      }
      SharedFile known = files.get(inode);
      if (known == null && closings != before) {
        return Optional.empty();
      }
      SharedFile shared = known == null ? fresh : known;
      files.put(inode, shared);
      shared.users++;
      return Optional.of(shared);
    }
  }

  /** Take back one use of a file, and forget the file after the last. */
  void release(SharedFile file) {
    synchronized (lock) {
      file.users--;
      if (file.users > 0) {
        return;
      }
    }
    file.release(() -> forget(file));
  }

  private boolean forget(SharedFile file) {
    synchronized (lock) {
      if (file.users > 0) {
        return false;
      }
      files.remove(file.number());
      if (file.isChanged()) {
        changed.add(file.number());
        closings++;
      }
      return true;
    }
  }

  /** Let no more files be taken into use, and return the inodes of those that were written. */
  Set<Long> close() {
    synchronized (lock) {
      closed = true;
      Set<Long> all = new TreeSet<>(changed);
      files.values().stream()
          .filter(SharedFile::isChanged)
          .map(SharedFile::number)
          .forEach(all::add);
      changed.clear();
      return all;
    }
  }
}
