package nbdj.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Optional;
import nbdj.runtime.server.NbdServer;
import nbdj.runtime.server.NbdServerBuilder;

/** Serves a plugin until a signal, the end of a command or the end of the one client. */
final class Serving {
  /** The longest path of a unix socket on Linux, in bytes. */
  private static final int LONGEST_SOCKET_PATH = 107;

  private final Options options;
  private final StopRequest stop = new StopRequest();

  private Serving(Options options) {
    this.options = options;
  }

  /**
   * Serve, and get the exit status.
   *
   * @throws nbdj.api.ConfigException if a parameter cannot be
   */
  static int run(Folders folders, Options options) throws IOException {
    Serving serving = new Serving(options);
    switch (options.endpoint()) {
      case Endpoint.Single _ -> StandardStreams.keepBothForTheClient();
      case Endpoint.Activated _ -> StandardStreams.keepInputForTheClient();
      default -> {}
    }
    NbdServerBuilder builder =
        NbdServer.builder()
            .pluginPath(folders.plugins().toArray(Path[]::new))
            .filterPath(folders.filters().toArray(Path[]::new))
            .plugin(options.requirePlugin())
            .readOnly(options.readOnly());
    options.filters().forEach(builder::filter);
    options.limits().apply(builder);
    for (Setting setting : options.settings()) {
      if (setting.key().isPresent()) {
        builder.config(setting.key().get(), setting.value());
      } else {
        builder.configBare(setting.value());
      }
    }
    listen(builder, options.endpoint());
    // From here on a signal waits for the end of the start, so that what it began is ended.
    serving.stop.listen();
    options.tls().apply(builder);
    try (PidFile pidFile = new PidFile(options.pidFile());
        NbdServer server = builder.start()) {
      pidFile.write();
      return serving.whileReady(server);
    }
  }

  private static void listen(NbdServerBuilder builder, Endpoint endpoint) throws IOException {
    switch (endpoint) {
      case Endpoint.Tcp tcp -> builder.listen(address(tcp));
      case Endpoint.Unix unix -> builder.listen(address(unix));
      case Endpoint.PrivateUnix _ -> builder.privateSocket();
      case Endpoint.Activated _ -> builder.listenOn(StandardStreams.listener());
      case Endpoint.Single _ -> {}
    }
  }

  private static SocketAddress address(Endpoint.Tcp tcp) throws IOException {
    if (tcp.host().isEmpty()) {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), tcp.port());
    }
    String host = tcp.host().get();
    try {
      return new InetSocketAddress(InetAddress.getByName(host), tcp.port());
    } catch (UnknownHostException e) {
      throw new IOException("--ipaddr %s: no such host or address".formatted(host), e);
    }
  }

  /** Make the path absolute, for clients elsewhere, unless only the short form can be bound. */
  private static SocketAddress address(Endpoint.Unix unix) {
    Path absolute = unix.path().toAbsolutePath().normalize();
    boolean fits = absolute.toString().getBytes(UTF_8).length <= LONGEST_SOCKET_PATH;
    return UnixDomainSocketAddress.of(fits ? absolute : unix.path());
  }

  private int whileReady(NbdServer server) throws IOException {
    if (options.endpoint() instanceof Endpoint.Single) {
      stop.then(server::stop);
      serveOne(server);
      return 0;
    }
    Location location = Location.of(server, options.exportName());
    announce(location);
    if (options.run().isPresent()) {
      ShellCommand command = ShellCommand.start(options.run().get(), location);
      stop.then(command::terminate);
      return command.await();
    }
    // A layer may ask for a stop too, so it is the server that is waited for.
    stop.then(server::stop);
    awaitStop(server);
    return 0;
  }

  private static void awaitStop(NbdServer server) throws IOException {
    try {
      server.awaitStop();
    } catch (InterruptedException e) {
      throw new InterruptedIOException("interrupted while serving");
    }
  }

  private static void serveOne(NbdServer server) throws IOException {
    Optional<SocketChannel> socket = StandardStreams.socket();
    if (socket.isPresent()) {
      server.serve(socket.get());
    } else {
      server.serve(StandardStreams.input(), StandardStreams.output());
    }
  }

  /** Say that the server is ready, unless whoever started it has another way to know. */
  private void announce(Location location) throws IOException {
    if (options.printUri()) {
      System.out.println(location.uri());
      if (System.out.checkError()) {
        throw new IOException("cannot print the URI: standard output takes nothing");
      }
    } else if (options.run().isEmpty() && !(options.endpoint() instanceof Endpoint.Activated)) {
      Console.error("ready: " + location.uri());
    }
  }
}
