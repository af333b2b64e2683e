package nbdj.runtime.server;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import nbdj.runtime.transport.Links;
import nbdj.runtime.transport.Listener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes in the clients of one listener until it is closed. */
final class Acceptor implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(Acceptor.class);

  /** How long it waits after a failure, which is likely to last: no file descriptors, say. */
  private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(100);

  private final Listener listener;
  private final Connections connections;
  private final boolean keepAlive;

  /**
   * @param keepAlive have the system find out which TCP clients are gone
   */
  Acceptor(Listener listener, Connections connections, boolean keepAlive) {
    this.listener = listener;
    this.connections = connections;
    this.keepAlive = keepAlive;
  }

  @Override
  public void run() {
    while (true) {
      try {
        take(listener.accept());
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException | RuntimeException | Error e) {
        log.error("{}: cannot take in a client", listener.address(), e);
        LockSupport.parkNanos(this, PAUSE);
      }
    }
  }

  private void take(SocketChannel socket) throws IOException {
    try {
      if (keepAlive && socket.getRemoteAddress() instanceof InetSocketAddress) {
        socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
      }
      connections.add(Links.of(socket));
    } catch (IOException | RuntimeException | Error e) {
      try (socket) {
        throw e;
      }
    }
  }
}
