package nbdj.tck.blackbox;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A client that stops in the middle of things. */
final class RawSocket implements AutoCloseable {
  private static final long OPTION_MAGIC = 0x49484156454f5054L;
  private static final int REQUEST_MAGIC = 0x25609513;
  private static final int DEFAULT_PORT = 10809;

  private final SocketChannel channel;

  private final Duration timeout;

  private RawSocket(SocketChannel channel, Duration timeout) {
    this.channel = channel;
    this.timeout = timeout;
  }

  static RawSocket connect(URI uri, Duration timeout) throws IOException {
    SocketAddress address = address(uri);
    SocketChannel channel =
        address instanceof UnixDomainSocketAddress
            ? SocketChannel.open(StandardProtocolFamily.UNIX)
            : SocketChannel.open();
    try {
      channel.connect(address);
      return new RawSocket(channel, timeout);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private static SocketAddress address(URI uri) {
    String query = uri.getQuery();
    if (query != null && query.startsWith("socket=")) {
      return UnixDomainSocketAddress.of(query.substring("socket=".length()));
    }
    return new InetSocketAddress(uri.getHost(), uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort());
  }

  /** Take the greeting and answer that fixed newstyle without padding is spoken. */
  void greet() throws IOException {
    receive(18);
    send(ByteBuffer.allocate(4).putInt(3).array());
  }

  /** Greet and open an export. */
  void open(String exportName) throws IOException {
    greet();
    byte[] name = exportName.getBytes(StandardCharsets.UTF_8);
    send(
        ByteBuffer.allocate(16 + name.length)
            .putLong(OPTION_MAGIC)
            .putInt(1)
            .putInt(name.length)
            .put(name)
            .array());
    receive(10);
  }

  /** Send a write without the last bytes of its data. */
  void beginWrite(long offset, int count, byte[] part) throws IOException {
    send(
        ByteBuffer.allocate(28 + part.length)
            .putInt(REQUEST_MAGIC)
            .putShort((short) 0)
            .putShort((short) 1)
            .putLong(1)
            .putLong(offset)
            .putInt(count)
            .put(part)
            .array());
  }

  void send(byte[] bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  private void receive(int count) throws IOException {
    within(() -> {
      ByteBuffer buffer = ByteBuffer.allocate(count);
      while (buffer.hasRemaining()) {
        if (channel.read(buffer) < 0) {
          throw new EOFException("the server closed the connection during the handshake");
        }
      }
      return true;
    });
  }

  /** Wait until the server closes. */
  void awaitEnd() throws IOException {
    within(() -> {
      ByteBuffer buffer = ByteBuffer.allocate(512);
      try {
        while (channel.read(buffer.clear()) >= 0) {
          Thread.onSpinWait();
        }
      } catch (SocketException e) {
        // A reset is an end too.
        return false;
      }
      return true;
    });
  }

  /** Wait for the server no longer than for anything else: a socket's own read waits forever. */
  private void within(Callable<Boolean> reading) throws IOException {
    FutureTask<Boolean> task = new FutureTask<>(reading);
    Thread.ofPlatform().daemon().name("black-box-reader").start(task);
    try {
      task.get(timeout.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new BrokenClause("Handshake", "the server did nothing within " + timeout, e);
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
