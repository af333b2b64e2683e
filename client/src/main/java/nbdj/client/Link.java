package nbdj.client;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/**
 * A connected socket that never blocks but in {@link #await}.
 *
 * <p>Reading, waiting and closing are for one thread at a time, writing for one, which may be
 * another; {@link #wakeup} is for all. Being in no blocking mode, the channel is not closed by an
 * interrupt of a thread that uses it.
 */
final class Link implements Closeable {
  /** What is read into or written from the heap at once, for which the JDK keeps a copy. */
  private static final int HEAP_PIECE = 128 << 10;

  private final SocketChannel channel;
  private final Selector selector;
  private final SelectionKey key;

  /** What encrypts; set before the first other thread uses the link. */
  private @Nullable TlsStream tls;

  private Link(SocketChannel channel, Selector selector, SelectionKey key) {
    this.channel = channel;
    this.selector = selector;
    this.key = key;
  }

  /** Make a socket that is not connected yet. */
  static Link open(boolean unix) throws IOException {
    Selector selector = Selector.open();
    try {
      SocketChannel channel =
          unix ? SocketChannel.open(StandardProtocolFamily.UNIX) : SocketChannel.open();
      try {
        channel.configureBlocking(false);
        return new Link(channel, selector, channel.register(selector, 0));
      } catch (IOException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      selector.close();
      throw e;
    }
  }

  /** Get the channel, to be connected. */
  SocketChannel channel() {
    return channel;
  }

  /** Encrypt all that follows, once both sides have agreed how. */
  void secure(SSLEngine engine, TlsStream.Waiter waiter) throws IOException {
    TlsStream stream = new TlsStream(channel, engine);
    stream.handshake(waiter);
    tls = stream;
  }

  /**
   * Read what has arrived, at most what fits into a buffer.
   *
   * @return how many bytes, 0 if nothing has arrived, -1 if the server closed its side
   */
  int read(ByteBuffer target) throws IOException {
    if (tls != null) {
      return tls.read(target);
    }
    if (target.isDirect() || target.remaining() <= HEAP_PIECE) {
      return channel.read(target);
    }
    int limit = target.limit();
    target.limit(target.position() + HEAP_PIECE);
    try {
      return channel.read(target);
    } finally {
      target.limit(limit);
    }
  }

  /**
   * Write what the socket takes of a header and of what follows it.
   *
   * @return how many bytes that were
   */
  long write(ByteBuffer header, ByteBuffer payload) throws IOException {
    if (tls != null) {
      return tls.write(header, payload);
    }
    int limit = payload.limit();
    if (!payload.isDirect() && payload.remaining() > HEAP_PIECE) {
      payload.limit(payload.position() + HEAP_PIECE);
    }
    try {
      return channel.write(new ByteBuffer[] {header, payload});
    } finally {
      payload.limit(limit);
    }
  }

  /** Send what was written and is still held back, and tell whether that was all. */
  boolean flush() throws IOException {
    return tls == null || tls.flush();
  }

  /**
   * Wait until the socket is ready, somebody calls {@link #wakeup}, or the time is over.
   *
   * @param operations of {@link SelectionKey}
   * @param nanos {@link Long#MAX_VALUE} for any time
   * @throws InterruptedIOException if the calling thread is interrupted; it stays so
   */
  void await(int operations, long nanos) throws IOException {
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException("the thread was interrupted");
    }
    key.interestOps(operations);
    if (nanos == Long.MAX_VALUE) {
      selector.select();
    } else if (nanos <= 0) {
      selector.selectNow();
    } else {
      selector.select(Math.ceilDiv(nanos, TimeUnit.MILLISECONDS.toNanos(1)));
    }
    selector.selectedKeys().clear();
  }

  /** Make the thread in {@link #await}, or the next one that comes there, return at once. */
  void wakeup() {
    selector.wakeup();
  }

  @Override
  public void close() throws IOException {
    try (channel;
        selector) {
      if (tls != null && channel.isConnected()) {
        tls.close();
      }
      key.cancel();
    }
  }

  /** Close because of a failure that is reported. */
  void close(Throwable because) {
    try {
      close();
    } catch (IOException e) {
      because.addSuppressed(e);
    }
  }
}
