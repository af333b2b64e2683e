package nbdj.tck;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import nbdj.api.Plugin;
import nbdj.runtime.chain.Chain;
import nbdj.runtime.chain.ChainBuilder;
import nbdj.runtime.chain.Client;

/** A real chain with the layer under test in it, watched from both sides. */
final class Stage implements AutoCloseable {
  private final Chain chain;
  private final Map<String, String> config;
  private final String exportName;
  private final Watch watch;
  private final Watch below;
  private final ReferencePlugin device;
  private final List<Client> clients = new ArrayList<>();

  private Stage(
      ChainBuilder chain,
      LayerContract contract,
      Watch watch,
      Watch below,
      ReferencePlugin device) {
    this.chain = chain.build();
    this.config = contract.config();
    this.exportName = contract.exportName();
    this.watch = watch;
    this.below = below;
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
    return new Stage(
        chain, contract, watch, new Watch(), new ReferencePlugin(new ReferenceDevice(0)));
  }

  /** Make the stage of a filter over a plugin. */
  static Stage of(FilterContract contract, boolean readOnly, ReferencePlugin device) {
    Watch watch = new Watch();
    Watch below = new Watch();
    var filter = contract.filter();
    ChainBuilder chain =
        Chain.builder()
            .plugin("reference", new WatchedPlugin(device, below))
            .filter(LayerContract.nameOf(filter), new WatchedFilter(filter, watch))
            .readOnly(readOnly);
    return new Stage(chain, contract, watch, below, device);
  }

  /** Run all steps of the start. */
  Stage start() throws IOException {
    for (Phase phase : Phase.values()) {
      phase.run(chain, config);
    }
    return this;
  }

  /** Run one step of the start. */
  void run(Phase phase) throws IOException {
    phase.run(chain, config);
  }

  /** Connect a client that goes away with the stage at the latest. */
  Client connect() throws IOException {
    Client client = chain.connect(false);
    synchronized (clients) {
      clients.add(client);
    }
    return client;
  }

  /** Open the export under test for a client of its own. */
  Io open() throws IOException {
    return open(connect());
  }

  /** Open the export under test for a client. */
  Io open(Client client) throws IOException {
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

  /** Get the plugin below the filter under test. */
  ReferencePlugin device() {
    return device;
  }

  /** End all connections and stop the chain. The second call does nothing. */
  @Override
  public void close() {
    synchronized (clients) {
      clients.forEach(Client::close);
      clients.clear();
    }
    chain.stop();
  }
}
