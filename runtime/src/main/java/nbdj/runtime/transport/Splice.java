package nbdj.runtime.transport;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Moves bytes that arrive at a socket into files by way of a pipe of the kernel, so that no copy of
 * them is made on the way: Linux's {@code splice(2)}.
 *
 * <p>{@link #receive} and {@link #write} are for the one thread that reads from the socket, turn by
 * turn; {@link #close} is for any.
 */
public final class Splice implements Closeable {
  /** How many bytes are moved at once: what a socket holds, and stays in a near cache. */
  private static final int MOST = 256 << 10;

  private static final int COPY = 64 << 10;

  private final SocketChannel socket;
  private final int socketFd;
  private final int in;
  private final int out;
  private final MemorySegment state;
  private final MemorySegment position;
  private @Nullable ByteBuffer copy;

  /** Held while the socket or the pipe is used, so that neither is closed and becomes another's. */
  private final ReentrantLock lock = new ReentrantLock();

  private boolean closed;

  private Splice(
      SocketChannel socket, int in, int out, MemorySegment state, MemorySegment position) {
    this.socket = socket;
    this.socketFd = Descriptors.of(socket);
    this.in = in;
    this.out = out;
    this.state = state;
    this.position = position;
  }

  /**
   * Make a pipe for a socket. The first call of all has what is needed loaded in the background.
   *
   * @return null if the system cannot do it, or not yet
   */
  static @Nullable Splice of(SocketChannel socket) {
    if (!SpliceSupport.isReady()) {
      return null;
    }
    Arena arena = Arena.ofAuto();
    MemorySegment state = arena.allocate(SpliceCalls.STATE);
    MemorySegment ends = arena.allocate(ValueLayout.JAVA_INT, 2);
    if (SpliceCalls.pipe(state, ends) < 0) {
      return null;
    }
    int out = ends.getAtIndex(ValueLayout.JAVA_INT, 0);
    int in = ends.getAtIndex(ValueLayout.JAVA_INT, 1);
    // A smaller one will do, if the user has as many as he may.
    SpliceCalls.resize(state, in, MOST);
    return new Splice(socket, in, out, state, arena.allocate(ValueLayout.JAVA_LONG));
  }

  /**
   * Take bytes off the socket, and wait while there are none. They are to be written next.
   *
   * @return how many, 0 when the client has sent all it ever will, -1 if this socket cannot be
   *     spliced, and must be read
   */
  public int receive(int count) throws IOException {
    lock.lock();
    try {
      if (closed) {
        return 0;
      }
      int got = SpliceCalls.splice(state, socketFd, in, MemorySegment.NULL, Math.min(count, MOST));
      if (got == -SpliceCalls.EAGAIN || got == -SpliceCalls.EINVAL) {
        return -1;
      }
      if (got < 0) {
        throw new IOException("the socket failed with error " + -got);
      }
      return got;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Write into a file what was received last, all of it.
   *
   * @throws IOException if the file cannot be written; what was received is gone
   */
  public void write(FileChannel file, long offset, int count) throws IOException {
    int fd = Descriptors.of(file);
    int left = count;
    try {
      while (left > 0) {
        position.set(ValueLayout.JAVA_LONG, 0, offset + count - left);
        int done = fd < 0 ? -1 : SpliceCalls.splice(state, out, fd, position, left);
        if (done > 0) {
          left -= done;
        } else {
          // By the way that every file knows, which also finds the right words for what is wrong.
          left -= fetch(left);
          writeCopy(file, offset + count - left - buffer().remaining());
        }
      }
    } finally {
      while (left > 0) {
        left -= fetch(left);
      }
    }
  }

  private void writeCopy(FileChannel file, long offset) throws IOException {
    long at = offset;
    while (buffer().hasRemaining()) {
      at += file.write(buffer(), at);
    }
  }

  /** Take bytes out of the pipe into the buffer. */
  private int fetch(int count) {
    ByteBuffer bytes = buffer().clear();
    int got =
        SpliceCalls.read(
            state, out, MemorySegment.ofBuffer(bytes.limit(Math.min(count, bytes.capacity()))));
    if (got <= 0) {
      throw new IllegalStateException("a pipe with bytes in it cannot be read: error " + -got);
    }
    bytes.limit(got);
    return got;
  }

  private ByteBuffer buffer() {
    ByteBuffer bytes = copy;
    if (bytes == null) {
      bytes = ByteBuffer.allocateDirect(COPY);
      copy = bytes;
    }
    return bytes;
  }

  /** Give the pipe back, and wake up a thread that waits in {@link #receive}, which sees an end. */
  @Override
  public void close() throws IOException {
    try {
      socket.shutdownInput();
    } catch (ClosedChannelException e) {
      // Then nobody waits in there.
    } finally {
      lock.lock();
      try {
        if (!closed) {
          closed = true;
          SpliceCalls.close(state, in);
          SpliceCalls.close(state, out);
        }
      } finally {
        lock.unlock();
      }
    }
  }
}
