package nbdj.runtime.chain;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.Peer;
import nbdj.api.Plugin;
import nbdj.api.ThreadModel;

/**
 * A plugin under any number of filters, from its loading to its unloading.
 *
 * <p>The methods from {@link #load} to {@link #afterFork} are called once each, in the order in
 * which they stand here, by one thread; {@link #config} as often as there are parameters. After a
 * failure of any of them only {@link #stop} may follow. {@link #connect} and {@link #beginStop} are
 * for any thread.
 *
 * <p>A failure of a start phase is a {@link nbdj.api.ConfigException} where the command is wrong
 * and another {@link IOException} where the layer is; its message begins with the name of the
 * layer.
 */
public final class Chain {
  private final ChainSettings settings;

  /** All layers, the plugin first. */
  private final List<Layer> layers;

  private final Set<ConnectionClient> clients = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean stopped = new AtomicBoolean();
  private volatile boolean stopping;
  private volatile Phase phase = Phase.NEW;

  Chain(Plugin plugin, String pluginName, ChainBuilder builder) {
    settings = new ChainSettings(builder.readOnly, builder.tlsRequired, builder.onStopRequest);
    List<Layer> innermostFirst = new ArrayList<>();
    innermostFirst.add(new PluginLayer(pluginName, plugin, settings));
    for (ChainBuilder.NamedFilter named : builder.filters.reversed()) {
      innermostFirst.add(
          new FilterLayer(named.name(), named.filter(), innermostFirst.getLast(), settings));
    }
    layers = List.copyOf(innermostFirst);
  }

  /** Begin a chain. */
  public static ChainBuilder builder() {
    return new ChainBuilder();
  }

  /** Load all layers, innermost first. */
  public void load() throws IOException {
    enter(Phase.NEW);
    for (Layer layer : layers) {
      layer.declare();
    }
    for (Layer layer : layers) {
      layer.load();
    }
    phase = Phase.LOADED;
  }

  /** Give a parameter to the outermost layer that declares it. */
  public void config(String key, String value) throws IOException {
    enter(Phase.LOADED);
    ParameterRouter.config(layers.getLast(), key, value);
    phase = Phase.LOADED;
  }

  /** Give a bare word: the value of the plugin's magic parameter. */
  public void configBare(String value) throws IOException {
    String key = layers.getFirst().parameters().magicKey();
    if (key == null) {
      throw StartFailure.config(
          "%s: %s: not a parameter (write key=value)".formatted(layers.getFirst().name(), value));
    }
    config(key, value);
  }

  /**
   * Describe each layer as configured, innermost first; needs no {@link #configComplete}.
   *
   * @return the layers' lines under their names; a name that occurs again has {@code #2} and so on
   *     behind it
   */
  public SequencedMap<String, Map<String, String>> dump() throws IOException {
    SequencedMap<String, Map<String, String>> all = new LinkedHashMap<>();
    for (int i = 0; i < layers.size(); i++) {
      all.put(names().get(i), layers.get(i).dump());
    }
    return all;
  }

  /**
   * Have each filter describe what lies below it, in a chain that is only described, and read-only.
   * Outermost first: the first that asks for the layers below it has them started.
   *
   * @return the filters' lines under their names, as {@link #dump} has them
   */
  public Map<String, Map<String, String>> inspect() throws IOException {
    if (!settings.readOnly()) {
      throw new IllegalStateException("only a read-only chain is looked at");
    }
    enter(Phase.LOADED);
    Map<String, Map<String, String>> all = new LinkedHashMap<>();
    LookBelow look = new LookBelow();
    for (int i = layers.size() - 1; i > 0; i--) {
      List<Layer> below = layers.subList(0, i);
      all.put(names().get(i), layers.get(i).inspect(() -> look.start(below)));
    }
    phase = Phase.LOADED;
    return all;
  }

  /** Get what the layers are called where each must have a name of its own. */
  private List<String> names() {
    List<String> names = new ArrayList<>();
    for (Layer layer : layers) {
      String name = layer.name();
      for (int number = 2; names.contains(name); number++) {
        name = layer.name() + "#" + number;
      }
      names.add(name);
    }
    return names;
  }

  /** Check that no required parameter is missing, and have each layer check its own. */
  public void configComplete() throws IOException {
    enter(Phase.LOADED);
    layers.getLast().configComplete();
    phase = Phase.CONFIGURED;
  }

  /** Ask every layer for its thread model, the first time, and get the strictest. */
  public ThreadModel threadModel() throws IOException {
    if (phase.compareTo(Phase.MODELLED) < 0) {
      enter(Phase.CONFIGURED);
      for (Layer layer : layers) {
        layer.decideModel();
      }
      phase = Phase.MODELLED;
    }
    return layers.getLast().model();
  }

  /**
   * Ask every layer for its thread model without {@link #configComplete}, for a chain that is only
   * described, and get the strictest. Only {@link #stop} may follow.
   */
  public ThreadModel describeModel() throws IOException {
    enter(Phase.LOADED);
    for (Layer layer : layers) {
      layer.decideModel();
    }
    return layers.getLast().model();
  }

  /** Have all layers acquire what they need, innermost first. */
  public void getReady() throws IOException {
    enter(Phase.MODELLED);
    ThreadModel model = layers.getLast().model();
    for (Layer layer : layers) {
      layer.getReady(model);
    }
    phase = Phase.READY;
  }

  /** Start all layers, innermost first; the server is ready when this returns. */
  public void afterFork() throws IOException {
    enter(Phase.READY);
    for (Layer layer : layers) {
      layer.afterFork();
    }
    phase = Phase.SERVING;
  }

  /**
   * Accept a client of whom nothing is known.
   *
   * @param tls the connection is encrypted
   * @throws IOException if a layer drops the client, or the chain is stopping
   */
  public Client connect(boolean tls) throws IOException {
    return connect(tls, Peer.unknown());
  }

  /**
   * Accept a client. Runs {@code preconnect} of the layers; no byte has been exchanged yet.
   *
   * @param tls the connection is encrypted
   * @throws IOException if a layer drops the client, or the chain is stopping
   */
  public Client connect(boolean tls, Peer peer) throws IOException {
    if (phase != Phase.SERVING || stopping) {
      throw new NbdException(NbdError.ESHUTDOWN, "the server is not running");
    }
    layers.getLast().preconnect(settings.readOnly());
    ConnectionClient client =
        new ConnectionClient(layers.getLast(), tls, peer, () -> stopping, clients::remove);
    clients.add(client);
    return client;
  }

  /**
   * Refuse new clients and opens, and wake the connections that wait for the only handle of a layer
   * under {@link ThreadModel#SERIALIZE_CONNECTIONS}: they fail with {@code ESHUTDOWN}. Open handles
   * go on working. Call it before waiting for connections to end; {@link #stop} does it too.
   */
  public void beginStop() {
    stopping = true;
    for (Layer layer : layers) {
      layer.slot().stop();
    }
  }

  /**
   * End all that is due, on every path, also after a failed start: release what clients still hold,
   * clean up outermost layer first, close the handles that filters leaked, unload innermost first.
   * No operation may be running in any handle. Failures are logged. The second call does nothing.
   */
  public void stop() {
    beginStop();
    if (!stopped.compareAndSet(false, true)) {
      return;
    }
    phase = Phase.OVER;
    for (ConnectionClient client : clients) {
      client.close();
    }
    for (Layer layer : layers.reversed()) {
      layer.cleanup();
    }
    for (Layer layer : layers) {
      layer.unload();
    }
  }

  /** Begin a call that is allowed in one phase only, and fails the chain if it does not succeed. */
  private void enter(Phase expected) {
    if (phase != expected) {
      throw new IllegalStateException(
          "the chain is %s, and this call is for one that is %s".formatted(phase, expected));
    }
    phase = Phase.OVER;
  }
}
