package nbdj.runtime.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.util.Optional;

/** Makes links from channels. */
public final class Links {
  /** How much may wait to be sent in the kernel: a megabyte read then leaves in two calls. */
  private static final int SEND_BUFFER = 512 << 10;

  private Links() {}

  /**
   * Make a link of a connected socket in blocking mode. The link owns the socket; where this fails
   * the socket is still the caller's.
   */
  public static Link of(SocketChannel socket) throws IOException {
    socket.configureBlocking(true);
    socket.setOption(StandardSocketOptions.SO_SNDBUF, SEND_BUFFER);
    SocketAddress remote = socket.getRemoteAddress();
    if (remote instanceof InetSocketAddress) {
      socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
      socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
      return new ChannelLink(remote.toString(), Optional.of(remote), socket, socket);
    }
    return new ChannelLink("unix", Optional.empty(), socket, socket);
  }

  /**
   * Make a link of two channels in blocking mode, for example standard input and output. The link
   * owns both.
   *
   * @param in closed to wake up a reader, so an interruptible channel such as a file channel
   */
  public static Link of(ReadableByteChannel in, WritableByteChannel out) {
    return new ChannelLink("stdio", Optional.empty(), in, out);
  }
}
