package nbdj.cow;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;
import nbdj.api.NbdError;
import nbdj.api.NbdException;

/**
 * The file that holds changed blocks, of all exports, in slots of a block each.
 *
 * <p>Its name is gone as soon as it is open, where the system allows that, and the file with it
 * when the process ends in whatever way. Safe for use by many threads; who uses a slot keeps others
 * from giving it back meanwhile.
 */
final class TemporaryFile implements Closeable {
  /** Slots that lie together. */
  record Slots(long first, long count) {}

  private final Path folder;
  private final FileChannel channel;
  private final int blockSize;

  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  private final Deque<Slots> free = new ArrayDeque<>();
  private long end;

  private TemporaryFile(Path folder, FileChannel channel, int blockSize) {
    this.folder = folder;
    this.channel = channel;
    this.blockSize = blockSize;
  }

  /** Make the file. */
  static TemporaryFile in(Path folder, int blockSize) throws IOException {
    try {
      // Made by the library, so that nobody else can read it.
      Path path = Files.createTempFile(folder, "nbdj-cow", null);
      FileChannel channel =
          FileChannel.open(
              path,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.DELETE_ON_CLOSE);
      return new TemporaryFile(folder, channel, blockSize);
    } catch (IOException e) {
      throw new IOException(
          "%s: cannot make the temporary file for changes there (set TMPDIR to another folder): %s"
              .formatted(folder, e),
          e);
    }
  }

  /** Take slots that lie together: as many as wanted, or fewer, at least one. */
  Slots take(long wanted) {
    lock.lock();
    try {
      Slots found = free.poll();
      if (found == null) {
        end += wanted;
        return new Slots(end - wanted, wanted);
      }
      if (found.count > wanted) {
        free.push(new Slots(found.first + wanted, found.count - wanted));
        return new Slots(found.first, wanted);
      }
      return found;
    } finally {
      lock.unlock();
    }
  }

  /** Give slots back that nobody uses any more. */
  void giveBack(Slots slots) {
    lock.lock();
    try {
      free.push(slots);
    } finally {
      lock.unlock();
    }
  }

  /** Get how many bytes the file takes at most. */
  long size() {
    lock.lock();
    try {
      return end * blockSize;
    } finally {
      lock.unlock();
    }
  }

  /** Fill a buffer from a place in the file. */
  void read(ByteBuffer target, long position) throws IOException {
    for (long at = position; target.hasRemaining(); ) {
      int count = channel.read(target, at);
      if (count < 0) {
        throw new NbdException(
            NbdError.EIO, "the temporary file in %s has lost its end".formatted(folder));
      }
      at += count;
    }
  }

  /** Write all of a buffer to a place in the file. */
  void write(ByteBuffer source, long position) throws IOException {
    try {
      for (long at = position; source.hasRemaining(); ) {
        at += channel.write(source, at);
      }
    } catch (IOException e) {
      throw new NbdException(
          NbdError.ENOSPC,
          "the temporary file in %s takes no more: %s".formatted(folder, e.getMessage()),
          e);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
