package nbdj.cli;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import nbdj.api.Filter;
import nbdj.api.Plugin;
import nbdj.runtime.chain.Chain;
import nbdj.runtime.chain.ChainBuilder;
import nbdj.runtime.discovery.Catalog;
import nbdj.runtime.discovery.LoadedLayer;

/**
 * The layers that a command names, loaded but not started.
 *
 * <p>Used by one thread, and closed when no code of the layers runs any more.
 */
final class Layers implements Closeable {
  private final List<LoadedLayer<Filter>> filters = new ArrayList<>();
  private Optional<LoadedLayer<Plugin>> plugin = Optional.empty();

  private Layers() {}

  /** Load the layers that the options name: the plugin, which may be missing, and the filters. */
  static Layers load(Catalog catalog, Options options) throws IOException {
    Layers layers = new Layers();
    try {
      if (options.plugin().isPresent()) {
        layers.plugin = Optional.of(catalog.plugin(options.plugin().get()));
      }
      for (String filter : options.filters()) {
        layers.filters.add(catalog.filter(filter));
      }
    } catch (IOException e) {
      try {
        layers.close();
      } catch (IOException onClose) {
        e.addSuppressed(onClose);
      }
      throw e;
    }
    return layers;
  }

  /**
   * Make a chain of the layers, not loaded; there must be a plugin.
   *
   * @param readOnly nothing is to be written
   */
  Chain chain(boolean readOnly) {
    LoadedLayer<Plugin> innermost = plugin.orElseThrow();
    ChainBuilder builder = Chain.builder().plugin(innermost.name(), innermost.instance());
    filters.forEach(filter -> builder.filter(filter.name(), filter.instance()));
    return builder.readOnly(readOnly).build();
  }

  /** Load a chain and give it the parameters of the command. */
  static void configure(Chain chain, List<Setting> settings) throws IOException {
    chain.load();
    for (Setting setting : settings) {
      if (setting.key().isPresent()) {
        chain.config(setting.key().get(), setting.value());
      } else {
        chain.configBare(setting.value());
      }
    }
  }

  /** Get the filters, the outermost first. */
  List<LoadedLayer<Filter>> filters() {
    return Collections.unmodifiableList(filters);
  }

  /** Get the plugin, if one is named. */
  Optional<LoadedLayer<Plugin>> plugin() {
    return plugin;
  }

  /**
   * Ask a layer something about itself, with the context class loader that its callbacks have.
   *
   * @throws IOException if the layer fails, named
   */
  static <T> T ask(LoadedLayer<?> layer, Supplier<T> question) throws IOException {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(layer.loader());
    try {
      return question.get();
    } catch (RuntimeException | LinkageError e) {
      throw new IOException("%s: %s".formatted(layer.name(), Sentences.of(e)), e);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  @Override
  public void close() throws IOException {
    List<Closeable> loaded = new ArrayList<>(filters);
    plugin.ifPresent(loaded::add);
    IOException failure = null;
    for (Closeable layer : loaded) {
      try {
        layer.close();
      } catch (IOException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
