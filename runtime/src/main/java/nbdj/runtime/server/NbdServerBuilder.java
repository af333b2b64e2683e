package nbdj.runtime.server;

import java.io.Closeable;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import nbdj.api.Filter;
import nbdj.api.Plugin;
import nbdj.api.Registered;
import nbdj.runtime.chain.Chain;
import nbdj.runtime.chain.ChainBuilder;
import nbdj.runtime.discovery.ApiVersion;
import nbdj.runtime.discovery.Catalog;
import nbdj.runtime.discovery.LayerKind;
import nbdj.runtime.discovery.LoadedLayer;
import nbdj.runtime.protocol.Dialect;
import nbdj.runtime.protocol.Meter;
import nbdj.runtime.protocol.TlsOffer;
import nbdj.runtime.transport.Listener;
import nbdj.runtime.transport.TlsCertificates;

/** Says what a server serves, where, and what it allows its clients. Used by one thread, once. */
public final class NbdServerBuilder {
  /** A step that may fail for the person who starts the server. */
  @FunctionalInterface
  private interface Step<T> {
    void apply(T target) throws IOException;
  }

  /** Opens one listener. */
  @FunctionalInterface
  private interface Opening {
    Listener open() throws IOException;
  }

  /** Adds one layer to a chain. */
  @FunctionalInterface
  private interface LayerStep {
    void apply(ChainBuilder chain, Catalog catalog, List<Closeable> loaders) throws IOException;
  }

  private final List<LayerStep> layers = new ArrayList<>();
  private final List<Step<Chain>> parameters = new ArrayList<>();
  private final List<Opening> openings = new ArrayList<>();
  private final List<Path> pluginFolders = new ArrayList<>();
  private final List<Path> filterFolders = new ArrayList<>();
  private boolean readOnly;
  private boolean keepAlive;
  private boolean measure;
  private Dialect dialect = Dialect.FULL;
  private String exportName = "";
  private Limits limits = Limits.DEFAULT;
  private Optional<TlsOffer> tls = Optional.empty();

  NbdServerBuilder() {}

  /** Serve a plugin, under the name it is registered by. */
  public NbdServerBuilder plugin(Plugin plugin) {
    return plugin(nameOf(plugin), plugin);
  }

  /** Serve a plugin. */
  public NbdServerBuilder plugin(String name, Plugin plugin) {
    layers.add((chain, catalog, loaders) -> {
      ApiVersion.check(LayerKind.PLUGIN, plugin);
      chain.plugin(name, plugin);
    });
    return this;
  }

  /** Serve a plugin of the folders, or one in a jar. */
  public NbdServerBuilder plugin(String nameOrPath) {
    layers.add((chain, catalog, loaders) -> {
      LoadedLayer<Plugin> layer = catalog.plugin(nameOrPath);
      loaders.add(layer);
      chain.plugin(layer.name(), layer.instance());
    });
    return this;
  }

  /** Add a filter inside those added before, under the name it is registered by. */
  public NbdServerBuilder filter(Filter filter) {
    return filter(nameOf(filter), filter);
  }

  /** Add a filter inside those added before: the first is the outermost. */
  public NbdServerBuilder filter(String name, Filter filter) {
    layers.add((chain, catalog, loaders) -> {
      ApiVersion.check(LayerKind.FILTER, filter);
      chain.filter(name, filter);
    });
    return this;
  }

  /** Add a filter of the folders, or one in a jar, inside those added before. */
  public NbdServerBuilder filter(String nameOrPath) {
    layers.add((chain, catalog, loaders) -> {
      LoadedLayer<Filter> layer = catalog.filter(nameOrPath);
      loaders.add(layer);
      chain.filter(layer.name(), layer.instance());
    });
    return this;
  }

  /** Add folders in which plugins are looked for by name. */
  public NbdServerBuilder pluginPath(Path... folders) {
    pluginFolders.addAll(List.of(folders));
    return this;
  }

  /** Add folders in which filters are looked for by name. */
  public NbdServerBuilder filterPath(Path... folders) {
    filterFolders.addAll(List.of(folders));
    return this;
  }

  /** Give a parameter to the outermost layer that declares it. */
  public NbdServerBuilder config(String key, String value) {
    parameters.add(chain -> chain.config(key, value));
    return this;
  }

  /** Give a bare word: the value of the plugin's magic parameter. */
  public NbdServerBuilder configBare(String value) {
    parameters.add(chain -> chain.configBare(value));
    return this;
  }

  /** Let nothing be written through any layer. */
  public NbdServerBuilder readOnly(boolean value) {
    readOnly = value;
    return this;
  }

  /** Set the export that {@link NbdServer#uri()} names; the default export if never called. */
  public NbdServerBuilder exportName(String value) {
    exportName = value;
    return this;
  }

  /** Set how many requests of one connection may run at once: 16 if never called. */
  public NbdServerBuilder threads(int value) {
    limits = limits.withThreads(value);
    return this;
  }

  /** Set how many clients may be connected at once: 1000 if never called. */
  public NbdServerBuilder maxConnections(int value) {
    limits = limits.withConnections(value);
    return this;
  }

  /** Set how long a handshake may take in all: 30 seconds if never called. */
  public NbdServerBuilder handshakeTimeout(Duration value) {
    limits = limits.withHandshake(value);
    return this;
  }

  /** Set how long running requests may take when the server stops: 10 seconds if never called. */
  public NbdServerBuilder stopTimeout(Duration value) {
    limits = limits.withStop(value);
    return this;
  }

  /**
   * Set how many bytes the large requests of all clients may hold together: 512 MiB if never
   * called.
   *
   * @param bytes from 64 MiB to 1 TiB
   */
  public NbdServerBuilder requestMemory(long bytes) {
    limits = limits.withMemory(bytes);
    return this;
  }

  /**
   * Set how many bytes the large requests of one connection may hold: half of what all may if never
   * called.
   *
   * @param bytes from 64 MiB to what all may hold
   */
  public NbdServerBuilder connectionMemory(long bytes) {
    limits = limits.withMemoryOfOne(bytes);
    return this;
  }

  /**
   * Set how many options a client may send in its handshake, and as many more for each export that
   * it listed: 32 if never called.
   */
  public NbdServerBuilder maxOptions(int value) {
    limits = limits.withOptions(value);
    return this;
  }

  /**
   * Set how long a client may be silent while none of its requests is under way: any time if never
   * called, as a disk that is mounted may well be.
   *
   * @param value {@link Duration#ZERO} for any time
   */
  public NbdServerBuilder idleTimeout(Duration value) {
    limits = limits.withIdle(value);
    return this;
  }

  /**
   * Set how long a client may take to send or receive the next mebibyte of a large request or
   * reply, for which it holds memory that others wait for: 60 seconds if never called. It is
   * dropped then.
   *
   * @param value {@link Duration#ZERO} for any time
   */
  public NbdServerBuilder stallTimeout(Duration value) {
    limits = limits.withStall(value);
    return this;
  }

  /**
   * Encrypt connections: none if never called.
   *
   * @param certificates may be {@linkplain TlsCertificates#reload reloaded} while the server runs
   */
  public NbdServerBuilder tls(TlsMode mode, TlsCertificates certificates) {
    tls =
        switch (mode) {
          case OFF -> Optional.empty();
          case ON -> Optional.of(new TlsOffer(certificates, false));
          case REQUIRE -> Optional.of(new TlsOffer(certificates, true));
        };
    return this;
  }

  /**
   * Have the system find out which TCP clients are gone without a word, and drop them. Not if never
   * called.
   */
  public NbdServerBuilder keepAlive(boolean value) {
    keepAlive = value;
    return this;
  }

  /**
   * Offer fewer of the handshake's flags, to see how clients do with less.
   *
   * @param mask the flags that may be offered, as numbers of the specification
   */
  public NbdServerBuilder handshakeFlags(int mask) {
    dialect = dialect.withHandshakeFlags(mask);
    return this;
  }

  /**
   * Offer structured replies and extended headers, or not, to see how clients do without. Offered
   * if never called.
   */
  public NbdServerBuilder structuredReplies(boolean value) {
    dialect = dialect.withStructuredReplies(value);
    return this;
  }

  /** Offer meta contexts, or not, to see how clients do without. Offered if never called. */
  public NbdServerBuilder metaContexts(boolean value) {
    dialect = dialect.withMetaContexts(value);
    return this;
  }

  /** Count and time requests for {@link NbdServer#metrics}. Not if never called. */
  public NbdServerBuilder measure(boolean value) {
    measure = value;
    return this;
  }

  /** Listen at a unix socket or a TCP port, of which 0 stands for any free one; may be repeated. */
  public NbdServerBuilder listen(SocketAddress address) {
    openings.add(() -> Listener.open(address));
    return this;
  }

  /** Listen at a unix socket in a new folder that only this user may enter. */
  public NbdServerBuilder privateSocket() {
    openings.add(Listener::openPrivate);
    return this;
  }

  /** Listen on a channel that was given to this process; the server closes it. */
  public NbdServerBuilder listenOn(ServerSocketChannel channel) {
    openings.add(() -> Listener.given(channel));
    return this;
  }

  /**
   * Start the server. When this returns every layer is ready and clients are taken in; if it fails
   * everything that was begun has been ended.
   *
   * @throws nbdj.api.ConfigException if a parameter is wrong
   * @throws IOException with one sentence if a layer or an address does not work, or a layer was
   *     built against another version of the interface
   */
  public NbdServer start() throws IOException {
    List<Closeable> loaders = new ArrayList<>();
    List<Listener> listeners = new ArrayList<>();
    Layers started = null;
    try {
      Catalog catalog = new Catalog(pluginFolders, filterFolders);
      CompletableFuture<Void> stopWish = new CompletableFuture<>();
      boolean tlsRequired = tls.isPresent() && tls.get().required();
      ChainBuilder builder =
          Chain.builder()
              .readOnly(readOnly)
              .tlsRequired(tlsRequired)
              .onStopRequest(() -> stopWish.complete(null));
      for (LayerStep layer : layers) {
        layer.apply(builder, catalog, loaders);
      }
      Chain chain = builder.build();
      started = new Layers(chain, loaders);
      Layers ready = started;
      chain.load();
      for (Step<Chain> parameter : parameters) {
        parameter.apply(chain);
      }
      chain.configComplete();
      chain.threadModel();
      chain.getReady();
      for (Opening opening : openings) {
        listeners.add(opening.open());
      }
      chain.afterFork();
      Meter meter = new Meter(measure);
      NbdServer server =
          new NbdServer(
              ready,
              listeners,
              new Connections(ready::connect, limits, tls, dialect, meter),
              meter,
              keepAlive,
              exportName,
              tlsRequired);
      CompletableFuture<Void> _ = stopWish.thenRunAsync(server::stop, NbdServerBuilder::runStop);
      return server;
    } catch (IOException | RuntimeException | Error e) {
      listeners.forEach(listener -> close(listener, e));
      if (started != null) {
        close(started::close, e);
      } else {
        loaders.forEach(loader -> close(loader, e));
      }
      throw e;
    }
  }

  /** Stop on a thread of its own: the one that asks for it may be one that the stop waits for. */
  private static void runStop(Runnable stop) {
    Thread.ofPlatform().daemon().name("nbdj-stop").start(stop);
  }

  private static void close(Closeable thing, Throwable failure) {
    try {
      thing.close();
    } catch (IOException | RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  private static String nameOf(Object layer) {
    Registered registered = layer.getClass().getAnnotation(Registered.class);
    return registered == null ? layer.getClass().getSimpleName() : registered.name();
  }
}
