package nbdj.runtime.transport;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.ScatteringByteChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A link over a socket, or over one channel for each direction. */
final class ChannelLink implements Link {
  /**
   * The most bytes of a heap buffer written in one call: the JDK copies them into a direct buffer
   * that each thread then keeps.
   */
  private static final int HEAP_STEP = 64 << 10;

  private static final ByteBuffer NONE = ByteBuffer.allocate(0);

  private final String peer;
  private final Optional<SocketAddress> address;
  private final ReadableByteChannel in;
  private final WritableByteChannel out;

  /** The buffers of a read into two. */
  private final ByteBuffer[] pair = {NONE, NONE};

  /** Guards the two below it. */
  private final ReentrantLock splicing = new ReentrantLock();

  private @Nullable Splice splice;
  private boolean closed;

  /** Set before the input is closed, so that the reader it wakes sees an end and no failure. */
  private volatile boolean inputShut;

  ChannelLink(
      String peer,
      Optional<SocketAddress> address,
      ReadableByteChannel in,
      WritableByteChannel out) {
    this.peer = peer;
    this.address = address;
    this.in = in;
    this.out = out;
  }

  @Override
  public String peer() {
    return peer;
  }

  @Override
  public Optional<SocketAddress> address() {
    return address;
  }

  @Override
  public int read(ByteBuffer buffer) throws IOException {
    return receive(buffer, null);
  }

  @Override
  public int read(ByteBuffer buffer, ByteBuffer more) throws IOException {
    return receive(buffer, more);
  }

  private int receive(ByteBuffer buffer, @Nullable ByteBuffer more) throws IOException {
    if (inputShut) {
      return -1;
    }
    try {
      if (more != null && in instanceof ScatteringByteChannel scattering) {
        pair[0] = buffer;
        pair[1] = more;
        return (int) scattering.read(pair);
      }
      return in.read(buffer);
    } catch (ClosedChannelException e) {
      if (inputShut && out.isOpen()) {
        return -1;
      }
      throw e;
    } finally {
      pair[0] = NONE;
      pair[1] = NONE;
    }
  }

  @Override
  public @Nullable Splice splice() {
    splicing.lock();
    try {
      if (splice == null && !closed && in instanceof SocketChannel socket) {
        splice = Splice.of(socket);
      }
      return splice;
    } finally {
      splicing.unlock();
    }
  }

  @Override
  public void write(ByteBuffer[] buffers, int first, int count) throws IOException {
    if (out instanceof GatheringByteChannel gathering && allDirect(buffers, first, count)) {
      int next = first;
      int end = first + count;
      while (next < end) {
        if (buffers[next].hasRemaining()) {
          gathering.write(buffers, next, end - next);
        } else {
          next++;
        }
      }
      return;
    }
    for (int i = first; i < first + count; i++) {
      writeInSteps(buffers[i]);
    }
  }

  private static boolean allDirect(ByteBuffer[] buffers, int first, int count) {
    for (int i = first; i < first + count; i++) {
      if (!buffers[i].isDirect()) {
        return false;
      }
    }
    return true;
  }

  private void writeInSteps(ByteBuffer buffer) throws IOException {
    int end = buffer.limit();
    while (buffer.position() < end) {
      if (!buffer.isDirect()) {
        buffer.limit(Math.min(end, buffer.position() + HEAP_STEP));
      }
      out.write(buffer);
      buffer.limit(end);
    }
  }

  @Override
  public long send(FileChannel file, long position, long count) throws IOException {
    long sent = 0;
    while (sent < count) {
      long part = file.transferTo(position + sent, count - sent, out);
      if (part <= 0) {
        break;
      }
      sent += part;
    }
    return sent;
  }

  /**
   * Write what the socket takes at once; nothing to what is no socket. No other thread may use the
   * link any more, for it does not block afterwards.
   */
  void writeNow(ByteBuffer bytes) throws IOException {
    if (out instanceof SocketChannel socket && socket.isOpen()) {
      socket.configureBlocking(false);
      socket.write(bytes);
    }
  }

  @Override
  public void shutdownInput() throws IOException {
    inputShut = true;
    if (in instanceof SocketChannel socket) {
      socket.shutdownInput();
    } else {
      in.close();
    }
  }

  @Override
  public void close() throws IOException {
    try (out;
        in) {
      Splice ended = endSplicing();
      if (ended != null) {
        ended.close();
      }
    }
  }

  /** Get what must be closed before the socket is, and let there be no other. */
  private @Nullable Splice endSplicing() {
    splicing.lock();
    try {
      closed = true;
      return splice;
    } finally {
      splicing.unlock();
    }
  }
}
