package nbdj.tck;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import nbdj.api.Filter;
import nbdj.api.Plugin;
import nbdj.runtime.chain.Chain;
import nbdj.runtime.chain.ChainBuilder;
import nbdj.runtime.chain.Client;

/** A real chain with the layer under test in it, watched from both sides. */
final class Stage implements AutoCloseable {
  private final Chain chain;
  private final List<Argument> arguments;
  private final String exportName;
  private final Watch watch;
  private final Watch below;
  private final Dealings dealings;
  private final ReferencePlugin device;
  private final List<Client> clients = new ArrayList<>();

  private Stage(
      ChainBuilder chain,
      LayerContract contract,
      Watch watch,
      Watch below,
      Dealings dealings,
      ReferencePlugin device) {
    this.chain = chain.build();
    this.arguments = contract.words();
    this.exportName = contract.exportName();
    this.watch = watch;
    this.below = below;
    this.dealings = dealings;
    this.device = device;
  }

  /** Make the stage of a plugin. */
  static Stage of(PluginContract contract, boolean readOnly) {
    Watch watch = new Watch();
    Plugin plugin = contract.plugin();
    ChainBuilder chain =
        Chain.builder()
            .plugin(LayerContract.nameOf(plugin), new WatchedPlugin(plugin, watch))
            .readOnly(readOnly);
    // Nothing is below a plugin; an empty device spares every caller the question.
    ReferencePlugin nothing = new ReferencePlugin(new ReferenceDevice(0));
    return new Stage(chain, contract, watch, new Watch(), new Dealings(), nothing);
  }

  /** Make the stage of a filter over a plugin. */
  static Stage of(FilterContract contract, boolean readOnly, ReferencePlugin device) {
    return of(contract, readOnly, device, List.of());
  }

  /** Make the stage of a filter over further filters and a plugin. */
  static Stage of(
      FilterContract contract, boolean readOnly, ReferencePlugin device, List<Filter> between) {
    Watch watch = new Watch();
    Watch below = new Watch();
    Dealings dealings = new Dealings();
    var filter = contract.filter();
    ChainBuilder chain =
        Chain.builder()
            .plugin("reference", new WatchedPlugin(device, below))
            .filter(LayerContract.nameOf(filter), new WatchedFilter(filter, watch, dealings))
            .readOnly(readOnly);
    between.forEach(layer -> chain.filter("between", layer));
    return new Stage(chain, contract, watch, below, dealings, device);
  }

  /** Run all steps of the start, each of which must succeed. */
  Stage start() {
    for (Phase phase : Phase.values()) {
      run(phase);
    }
    return this;
  }

  /** Run all steps of the start, any of which may fail. */
  Stage tryStart() throws IOException {
    for (Phase phase : Phase.values()) {
      phase.run(chain, arguments);
    }
    return this;
  }

  /** Run one step of the start, which must succeed. */
  void run(Phase phase) {
    try {
      phase.run(chain, arguments);
    } catch (IOException e) {
      boolean called = phase != Phase.LOAD || !watch.of("load").isEmpty();
      throw new BrokenRule(
          Finding.ruleOf(called ? phase.callback() : "parameters"),
          "the start failed: " + e.getMessage(),
          e);
    }
  }

  /** Connect a client that goes away with the stage at the latest; it must be accepted. */
  Client connect() {
    Client client;
    try {
      client = chain.connect(false);
    } catch (IOException e) {
      throw new BrokenRule("L-7", "a client was dropped: " + e.getMessage(), e);
    }
    synchronized (clients) {
      clients.add(client);
    }
    return client;
  }

  /** Open the export under test for a client of its own; it must not be refused. */
  Io open() {
    return open(connect());
  }

  /** Open the export under test for a client; it must not be refused. */
  Io open(Client client) {
    try {
      return tryOpen(client);
    } catch (IOException e) {
      throw refusal(exportName, e);
    }
  }

  /** Judge the refusal of an export that there should be. */
  BrokenRule refusal(String name, IOException failure) {
    Optional<BrokenRule> blamed =
        Blame.of(failure, watch.since(0, call -> call.failure != null), "X-4");
    String rule = blamed.map(BrokenRule::rule).orElse("X-4");
    return blamed.isPresent() && !rule.equals("X-4")
        ? blamed.get()
        : new BrokenRule(
            name.isEmpty() ? "N-3" : "X-4",
            "the export '%s' cannot be opened: %s".formatted(name, failure.getMessage()),
            failure);
  }

  /** Open the export under test for a client; it may be refused. */
  Io tryOpen(Client client) throws IOException {
    return new Io(client.open(exportName), watch);
  }

  Chain chain() {
    return chain;
  }

  /** Get the calls that reached the layer under test. */
  Watch watch() {
    return watch;
  }

  /** Get the calls that reached the device below the filter under test. */
  Watch below() {
    return below;
  }

  /** Get what the filter under test does with the layer below. */
  Dealings dealings() {
    return dealings;
  }

  /** Get the plugin below the filter under test. */
  ReferencePlugin device() {
    return device;
  }

  /** End all connections and stop the chain. The second call does nothing. */
  @Override
  public void close() {
    List<Client> connected;
    synchronized (clients) {
      connected = List.copyOf(clients);
      clients.clear();
    }
    connected.forEach(Client::close);
    chain.stop();
  }
}
