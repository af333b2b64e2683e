package nbdj.runtime.transport;

import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/** A place where clients arrive, and the files it made in the file system. */
public final class Listener implements Closeable {
  /** The longest path of a unix socket, in bytes: what {@code sun_path} holds with its NUL. */
  private static final int MAX_PATH = 107;

  private static final int BACKLOG = 128;

  private final ServerSocketChannel channel;
  private final SocketAddress address;

  /** The socket file, null if it is not ours. */
  private final @Nullable Path socketFile;

  /** The folder made for the socket file, null if there is none. */
  private final @Nullable Path folder;

  private Listener(ServerSocketChannel channel, @Nullable Path socketFile, @Nullable Path folder)
      throws IOException {
    this.channel = channel;
    this.address = channel.getLocalAddress();
    this.socketFile = socketFile;
    this.folder = folder;
  }

  /**
   * Listen at an address: a unix socket or a TCP port, of which 0 stands for any free one.
   *
   * @throws IOException with a sentence for the person who gave the address
   */
  public static Listener open(SocketAddress address) throws IOException {
    // A switch over types is linked anew at each start, which takes longer than to listen.
    if (address instanceof UnixDomainSocketAddress unix) {
      return unix(unix.getPath(), null);
    }
    if (address instanceof InetSocketAddress inet) {
      return tcp(inet);
    }
    throw new IOException(address + ": not an address of a unix or TCP socket");
  }

  /** Listen at a unix socket in a new folder that only this user may enter. */
  public static Listener openPrivate() throws IOException {
    Path folder =
        Files.createTempDirectory(
            "nbdj",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    try {
      return unix(folder.resolve("socket"), folder);
    } catch (IOException e) {
      Files.deleteIfExists(folder);
      throw e;
    }
  }

  /** Take a channel that listens already. It is closed with the listener, its files stay. */
  public static Listener given(ServerSocketChannel channel) throws IOException {
    if (channel.getLocalAddress() == null) {
      throw new IOException("the socket given does not listen");
    }
    channel.configureBlocking(true);
    return new Listener(channel, null, null);
  }

  private static Listener unix(Path path, @Nullable Path folder) throws IOException {
    int length = path.toString().getBytes(StandardCharsets.UTF_8).length;
    if (length > MAX_PATH) {
      throw new IOException(
          "%s: the path of a unix socket has at most %d bytes, this one has %d"
              .formatted(path, MAX_PATH, length));
    }
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException(
          path + ": exists already; if no server uses this socket any more, remove it");
    }
    ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.bind(UnixDomainSocketAddress.of(path), BACKLOG);
      return new Listener(channel, path, folder);
    } catch (IOException e) {
      throw failed(channel, new IOException(path + ": cannot listen: " + e.getMessage(), e));
    }
  }

  private static Listener tcp(InetSocketAddress address) throws IOException {
    String place = address.getHostString() + ":" + address.getPort();
    if (address.isUnresolved()) {
      throw new IOException(address.getHostString() + ": there is no host of this name");
    }
    ServerSocketChannel channel = ServerSocketChannel.open();
    try {
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      channel.bind(address, BACKLOG);
      return new Listener(channel, null, null);
    } catch (BindException e) {
      throw failed(
          channel,
          new IOException(
              "%s: cannot listen: %s (try another port, or 0 for any free one)"
                  .formatted(place, e.getMessage()),
              e));
    } catch (IOException | RuntimeException e) {
      throw failed(channel, new IOException(place + ": cannot listen: " + e.getMessage(), e));
    }
  }

  private static IOException failed(ServerSocketChannel channel, IOException failure) {
    try {
      channel.close();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
    return failure;
  }

  /** Get where it listens; the port is the real one. */
  public SocketAddress address() {
    return address;
  }

  /** Wait for a client. */
  public SocketChannel accept() throws IOException {
    return channel.accept();
  }

  /** Stop listening, wake up who waits for a client, and remove the files that were made. */
  @Override
  public void close() throws IOException {
    try (channel) {
      if (socketFile != null) {
        Files.deleteIfExists(socketFile);
      }
      if (folder != null) {
        Files.deleteIfExists(folder);
      }
    }
  }
}
