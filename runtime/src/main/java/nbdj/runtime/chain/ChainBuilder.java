package nbdj.runtime.chain;

import java.util.ArrayList;
import java.util.List;
import nbdj.api.Filter;
import nbdj.api.Plugin;
import org.jspecify.annotations.Nullable;

/** Collects the layers of a {@link Chain} and what holds for all of them. Used by one thread. */
public final class ChainBuilder {
  /** A filter and the name it goes by in messages. */
  record NamedFilter(String name, Filter filter) {}

  final List<NamedFilter> filters = new ArrayList<>();
  @Nullable String pluginName;
  @Nullable Plugin plugin;
  boolean readOnly;
  boolean tlsRequired;
  Runnable onStopRequest = () -> {};

  ChainBuilder() {}

  /** Set the plugin: the innermost layer. */
  public ChainBuilder plugin(String name, Plugin plugin) {
    this.pluginName = name;
    this.plugin = plugin;
    return this;
  }

  /** Add a filter inside those added before: the first is the outermost. */
  public ChainBuilder filter(String name, Filter filter) {
    filters.add(new NamedFilter(name, filter));
    return this;
  }

  /** Make every handle of every layer read-only. */
  public ChainBuilder readOnly(boolean readOnly) {
    this.readOnly = readOnly;
    return this;
  }

  /** Say that every connection will be encrypted, which is what shared handles are told. */
  public ChainBuilder tlsRequired(boolean tlsRequired) {
    this.tlsRequired = tlsRequired;
    return this;
  }

  /**
   * Set what is run when a filter asks for a stop (rule L-22), by the filter's thread: it must not
   * block.
   */
  public ChainBuilder onStopRequest(Runnable action) {
    onStopRequest = action;
    return this;
  }

  /**
   * Make the chain. No code of a layer runs.
   *
   * @throws IllegalStateException if there is no plugin
   */
  public Chain build() {
    if (plugin == null || pluginName == null) {
      throw new IllegalStateException("a chain needs a plugin");
    }
    return new Chain(plugin, pluginName, this);
  }
}
