package nbdj.cli;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Optional;
import nbdj.runtime.server.NbdServer;
import nbdj.runtime.server.NbdServerBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves a plugin until a signal, the end of a command or the end of the one client. */
final class Serving {
  private static final Logger log = LoggerFactory.getLogger(Serving.class);

  private final Options options;
  private final StopRequest stop = new StopRequest();
  private final ServiceManager manager = ServiceManager.of(System.getenv());

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
    serving.checkBackground();
    if (options.endpoint() instanceof Endpoint.Single) {
      StandardStreams.keepBothForTheClient();
    } else if (options.endpoint() instanceof Endpoint.Activated) {
      StandardStreams.keepInputForTheClient();
    }
    if (options.endpoint() instanceof Endpoint.Unix) {
      prepareUnixSockets();
    }
    NbdServerBuilder builder =
        NbdServer.builder()
            .pluginPath(folders.plugins().toArray(Path[]::new))
            .filterPath(folders.filters().toArray(Path[]::new))
            .plugin(options.requirePlugin())
            .readOnly(options.readOnly());
    options.filters().forEach(builder::filter);
    for (Setting setting : options.settings()) {
      if (setting.key().isPresent()) {
        builder.config(setting.key().get(), setting.value());
      } else {
        builder.configBare(setting.value());
      }
    }
    options.offer().apply(builder);
    options.limits().apply(builder);
    options.life().stopTimeout().ifPresent(builder::stopTimeout);
    builder.measure(options.life().metrics().isPresent());
    listen(builder, options.endpoint());
    return serving.serve(builder);
  }

  /** Have the JDK seed the random numbers of its unix sockets while the layers are loaded. */
  private static void prepareUnixSockets() {
    Thread.ofPlatform()
        .daemon()
        .name("nbdj-prepare")
        .start(() -> {
          try {
            ServerSocketChannel.open(StandardProtocolFamily.UNIX).close();
          } catch (IOException e) {
            log.debug("unix sockets cannot be opened", e);
          }
        });
  }

  // A switch over types is linked at each start anew, which takes longer than all that is done
  // here.
  private static void listen(NbdServerBuilder builder, Endpoint endpoint) throws IOException {
    if (endpoint instanceof Endpoint.Tcp tcp) {
      builder.listen(Addresses.of(tcp));
    } else if (endpoint instanceof Endpoint.Unix unix) {
      builder.listen(Addresses.of(unix));
    } else if (endpoint instanceof Endpoint.PrivateUnix) {
      builder.privateSocket();
    } else if (endpoint instanceof Endpoint.Activated activated) {
      StandardStreams.listeners(activated.sockets()).forEach(builder::listenOn);
    }
  }

  private int serve(NbdServerBuilder builder) throws IOException {
    Options.Life life = options.life();
    // From here on a signal waits for the end of the start, so that what it began is ended.
    stop.listen();
    options.tls().apply(builder);
    if (life.exitWithParent()) {
      Parent.atEnd(stop::make);
    }
    Console.serve(options.pluginName());
    try (PidFile pidFile = new PidFile(life.pidFile());
        NbdServer server = builder.start();
        MetricsEndpoint _ = MetricsEndpoint.open(life.metrics(), server)) {
      pidFile.write();
      return whileReady(server);
    }
  }

  private int whileReady(NbdServer server) throws IOException {
    if (options.endpoint() instanceof Endpoint.Single) {
      stop.then(server::stop);
      manager.ready("one client");
      serveOne(server);
      return 0;
    }
    Location location = Location.of(server, options.exportName());
    announce(location);
    manager.ready(location.uri());
    if (options.life().run().isPresent()) {
      ShellCommand command = ShellCommand.start(options.life().run().get(), location);
      stop.then(command::terminate);
      int status = command.await();
      manager.stopping();
      return status;
    }
    Optional<Background> launcher = Background.ofThisProcess();
    if (launcher.isPresent()) {
      Console.enterBackground();
      launcher.get().enter();
    }
    // A layer may ask for a stop too, so it is the server that is waited for.
    stop.then(() -> {
      manager.stopping();
      server.stop();
    });
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

  /** Check that the launcher has understood the command as it is. */
  private void checkBackground() throws UsageException {
    boolean launched = Background.ofThisProcess().isPresent();
    boolean asked = options.life().background();
    if (asked && !launched) {
      throw new UsageException(
          "--background: in full, and not in a file of words, or the launcher does not see it");
    }
    boolean mayBe =
        options.life().run().isEmpty()
            && !(options.endpoint() instanceof Endpoint.Single)
            && !(options.endpoint() instanceof Endpoint.Activated);
    if (launched && !(asked || (Manners.ofThisProcess() == Manners.NBDKIT && mayBe))) {
      throw new UsageException(
          "the launcher took a value for --background: write --OPTION=VALUE in one word");
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
    Options.Life life = options.life();
    if (life.printUri()) {
      System.out.println(location.uri());
      if (System.out.checkError()) {
        throw new IOException("cannot print the URI: standard output takes nothing");
      }
      return;
    }
    boolean told =
        life.run().isPresent()
            || Background.ofThisProcess().isPresent()
            || options.endpoint() instanceof Endpoint.Activated
            || Manners.ofThisProcess() == Manners.NBDKIT;
    if (!told) {
      Console.say("ready: " + location.uri());
    }
  }
}
