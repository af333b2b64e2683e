package nbdj.client;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.SelectionKey;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Connects to servers, within a time. */
final class Connecting {
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  /** What the JDK says of EAGAIN, by which Linux says that a unix socket's queue is full. */
  private static final String QUEUE_IS_FULL = "Resource temporarily unavailable";

  private final Deadline deadline;

  private Connecting(Deadline deadline) {
    this.deadline = deadline;
  }

  /** Connect to a server. */
  static Link connect(Address address, Deadline deadline) throws NbdDisconnectedException {
    Connecting connecting = new Connecting(deadline);
    String place = address.place();
    Path socket = address.socket();
    try {
      if (socket != null) {
        return connecting.unix(UnixDomainSocketAddress.of(socket));
      }
      return connecting.tcp(InetAddress.getAllByName(address.host()), address.port());
    } catch (UnknownHostException e) {
      throw new NbdDisconnectedException(place + ": cannot connect: there is no such host", e);
    } catch (IOException e) {
      throw new NbdDisconnectedException(
          "%s: cannot connect: %s".formatted(place, e.getMessage()), e);
    }
  }

  private Link tcp(InetAddress[] hosts, int port) throws IOException {
    IOException failure = new UnknownHostException();
    for (InetAddress host : hosts) {
      try {
        Link link = open(false, new InetSocketAddress(host, port));
        link.channel().setOption(StandardSocketOptions.TCP_NODELAY, true);
        return link;
      } catch (IOException e) {
        e.addSuppressed(failure);
        failure = e;
      }
    }
    throw failure;
  }

  /** Connect, and try again as long as there are too many who wait for the same. */
  private Link unix(UnixDomainSocketAddress address) throws IOException {
    while (true) {
      try {
        return open(true, address);
      } catch (SocketException e) {
        if (!QUEUE_IS_FULL.equals(e.getMessage())) {
          throw e;
        }
        if (deadline.isOver()) {
          throw new IOException("the server takes no connection in time", e);
        }
        if (Thread.currentThread().isInterrupted()) {
          throw new IOException("the thread was interrupted", e);
        }
        LockSupport.parkNanos(RETRY_NANOS);
      }
    }
  }

  private Link open(boolean unix, SocketAddress address) throws IOException {
    Link link = Link.open(unix);
    try {
      boolean connected = link.channel().connect(address);
      while (!connected) {
        if (deadline.isOver()) {
          throw new IOException("no answer in time");
        }
        link.await(SelectionKey.OP_CONNECT, deadline.left());
        connected = link.channel().finishConnect();
      }
      return link;
    } catch (IOException | RuntimeException e) {
      link.close(e);
      throw e;
    }
  }
}
