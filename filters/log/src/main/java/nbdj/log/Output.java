package nbdj.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that records are put at the end of.
 *
 * <p>Nothing is held back: what was accepted is in the file though the process ends badly. Safe for
 * use by many threads.
 */
final class Output implements Closeable {
  private static final Logger log = LoggerFactory.getLogger(Output.class);

  private final Path path;
  private final FileChannel channel;

  /** Held while a record is written: a record must stay in one piece. */
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  private boolean failed;

  private Output(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /** Open a file, made if it is not there. */
  static Output to(Path path, boolean append) throws IOException {
    FileChannel channel =
        FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    try {
      // A pipe or a terminal has nothing to cut off.
      if (!append && Files.isRegularFile(path)) {
        channel.truncate(0);
      }
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    return new Output(path, channel);
  }

  /** Put a record at the end. The first failure is said in the server's log, and none is thrown. */
  void append(ByteBuffer... record) {
    lock.lock();
    try {
      for (ByteBuffer piece : record) {
        while (piece.hasRemaining()) {
          channel.write(piece);
        }
      }
    } catch (IOException e) {
      if (!failed) {
        log.error("{}: cannot write the log, some of it will be missing", path, e);
      }
      failed = true;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
