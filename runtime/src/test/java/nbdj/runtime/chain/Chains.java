package nbdj.runtime.chain;

import java.io.IOException;
import nbdj.api.Filter;
import nbdj.api.Plugin;

/** Makes chains for tests. */
final class Chains {
  private Chains() {}

  /** Start a chain to the point where clients can connect. */
  static Chain start(Chain chain) throws IOException {
    chain.load();
    chain.configComplete();
    chain.threadModel();
    chain.getReady();
    chain.afterFork();
    return chain;
  }

  /** Start a chain of a plugin and filters, outermost first. */
  static Chain serving(Plugin plugin, Filter... filters) throws IOException {
    return start(builder(plugin, filters).build());
  }

  /** Begin a chain of a plugin and filters, outermost first. */
  static ChainBuilder builder(Plugin plugin, Filter... filters) {
    ChainBuilder builder = Chain.builder().plugin("plugin", plugin);
    for (int i = 0; i < filters.length; i++) {
      String name = filters[i] instanceof JournalFilter named ? named.name : "filter" + (i + 1);
      builder.filter(name, filters[i]);
    }
    return builder;
  }
}
