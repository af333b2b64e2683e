package nbdj.cli;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A listening socket that was handed over as a descriptor.
 *
 * <p>Java takes a descriptor as a channel only if it is 0, and only one. So a channel of its own is
 * opened at a place that nobody knows, and the descriptor handed over is put in the place of the
 * channel's. All but the address is the channel's then.
 */
final class HandedOverSocket extends ServerSocketChannel {
  private final ServerSocketChannel channel;
  private final SocketAddress address;

  private HandedOverSocket(ServerSocketChannel channel, SocketAddress address) {
    super(channel.provider());
    this.channel = channel;
    this.address = address;
  }

  /**
   * Take a socket. No other socket begins to listen meanwhile.
   *
   * @param descriptor closed when this returns; the channel has another
   * @throws IOException if it is no listening stream socket
   */
  static ServerSocketChannel take(int descriptor) throws IOException {
    if (!Libc.isListener(descriptor)) {
      throw new IOException(
          "LISTEN_FDS: descriptor %d is not a listening stream socket".formatted(descriptor));
    }
    ByteBuffer name = ByteBuffer.wrap(Libc.addressOf(descriptor)).order(ByteOrder.nativeOrder());
    int family = name.getShort();
    Set<Integer> before = listeners();
    ServerSocketChannel channel = placeholder(family);
    try {
      Set<Integer> opened = listeners();
      opened.removeAll(before);
      if (opened.size() != 1) {
        throw new IOException("LISTEN_FDS: another socket began to listen at the same time");
      }
      Libc.duplicate(descriptor, opened.iterator().next());
      Libc.close(descriptor);
      return new HandedOverSocket(channel, address(family, name));
    } catch (IOException | RuntimeException | Error e) {
      try (channel) {
        throw e;
      }
    }
  }

  /** Get the descriptors that are sockets which listen. */
  private static Set<Integer> listeners() throws IOException {
    Set<Integer> found = new HashSet<>();
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      for (Path descriptor : all.toList()) {
        int number = Integer.parseInt(descriptor.getFileName().toString());
        if (Libc.isListener(number)) {
          found.add(number);
        }
      }
    }
    return found;
  }

  /** Open a channel of the same kind that listens. */
  private static ServerSocketChannel placeholder(int family) throws IOException {
    if (family == Libc.AF_UNIX) {
      Path folder = Files.createTempDirectory("nbdj");
      Path socket = folder.resolve("socket");
      ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      try {
        return channel.bind(UnixDomainSocketAddress.of(socket));
      } catch (IOException e) {
        try (channel) {
          throw e;
        }
      } finally {
        Files.deleteIfExists(socket);
        Files.delete(folder);
      }
    }
    ProtocolFamily java =
        switch (family) {
          case Libc.AF_INET -> StandardProtocolFamily.INET;
          case Libc.AF_INET6 -> StandardProtocolFamily.INET6;
          default ->
              throw new IOException("LISTEN_FDS: neither a TCP nor a unix socket: " + family);
        };
    ServerSocketChannel channel = ServerSocketChannel.open(java);
    try {
      String loopback = family == Libc.AF_INET ? "127.0.0.1" : "::1";
      return channel.bind(new InetSocketAddress(InetAddress.ofLiteral(loopback), 0));
    } catch (IOException e) {
      try (channel) {
        throw e;
      }
    }
  }

  /** Read what follows the family in a {@code struct sockaddr}. */
  private static SocketAddress address(int family, ByteBuffer name) throws IOException {
    if (family == Libc.AF_UNIX) {
      byte[] path = new byte[name.remaining()];
      name.get(path);
      String text = new String(path, StandardCharsets.UTF_8);
      // The form in which people write an abstract name.
      String shown = text.startsWith("\0") ? "@" + text.substring(1) : text;
      return UnixDomainSocketAddress.of(shown.replaceFirst("\0.*", ""));
    }
    int port = Short.toUnsignedInt(name.order(ByteOrder.BIG_ENDIAN).getShort());
    byte[] address = new byte[family == Libc.AF_INET ? 4 : 16];
    if (family == Libc.AF_INET6) {
      name.getInt(); // The flow.
    }
    name.get(address);
    int scope = family == Libc.AF_INET6 ? name.order(ByteOrder.nativeOrder()).getInt() : 0;
    InetAddress host =
        scope == 0
            ? InetAddress.getByAddress(address)
            : Inet6Address.getByAddress(null, address, scope);
    return new InetSocketAddress(host, port);
  }

  @Override
  public SocketAddress getLocalAddress() {
    return address;
  }

  @Override
  public SocketChannel accept() throws IOException {
    return channel.accept();
  }

  @Override
  public ServerSocketChannel bind(SocketAddress local, int backlog) throws IOException {
    channel.bind(local, backlog);
    return this;
  }

  @Override
  public <T> ServerSocketChannel setOption(SocketOption<T> name, T value) throws IOException {
    channel.setOption(name, value);
    return this;
  }

  @Override
  public <T> T getOption(SocketOption<T> name) throws IOException {
    return channel.getOption(name);
  }

  @Override
  public Set<SocketOption<?>> supportedOptions() {
    return channel.supportedOptions();
  }

  @Override
  public ServerSocket socket() {
    return channel.socket();
  }

  @Override
  protected void implCloseSelectableChannel() throws IOException {
    channel.close();
  }

  @Override
  protected void implConfigureBlocking(boolean block) throws IOException {
    channel.configureBlocking(block);
  }
}
