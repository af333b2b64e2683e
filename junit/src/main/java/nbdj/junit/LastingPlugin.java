package nbdj.junit;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import nbdj.api.Export;
import nbdj.api.OpenRequest;
import nbdj.api.Parameter;
import nbdj.api.Plugin;
import nbdj.api.PluginHandle;
import nbdj.api.Registered;
import nbdj.api.ThreadModel;
import org.jspecify.annotations.Nullable;

/**
 * A plugin that lives on while servers above it come and go, as a disk does while the machine
 * crashes: it is started by the first of them, and ended by {@link #end}.
 *
 * <p>Start and end are called by one thread at a time.
 */
final class LastingPlugin implements Plugin {
  private final Plugin plugin;
  private @Nullable ThreadModel model;
  private boolean loaded;
  private boolean configured;
  private boolean ready;
  private boolean begun;

  LastingPlugin(Plugin plugin) {
    this.plugin = plugin;
  }

  /** Get the name of the plugin for messages. */
  String name() {
    Registered registered = plugin.getClass().getAnnotation(Registered.class);
    return registered == null ? plugin.getClass().getSimpleName() : registered.name();
  }

  @Override
  public String description() {
    return plugin.description();
  }

  @Override
  public List<Parameter> parameters() {
    return plugin.parameters();
  }

  @Override
  public void load() throws IOException {
    if (!loaded) {
      plugin.load();
      loaded = true;
    }
  }

  @Override
  public void config(String key, String value) throws IOException {
    if (!configured) {
      plugin.config(key, value);
    }
  }

  @Override
  public void configComplete() throws IOException {
    if (!configured) {
      plugin.configComplete();
      configured = true;
    }
  }

  @Override
  public ThreadModel threadModel() throws IOException {
    ThreadModel known = model;
    if (known == null) {
      known = plugin.threadModel();
      model = known;
    }
    return known;
  }

  @Override
  public Map<String, String> dump() throws IOException {
    return plugin.dump();
  }

  @Override
  public void getReady(ThreadModel chain) throws IOException {
    if (!ready) {
      plugin.getReady(chain);
      ready = true;
    }
  }

  @Override
  public void afterFork() throws IOException {
    if (!begun) {
      begun = true;
      plugin.afterFork();
    }
  }

  @Override
  public void preconnect(boolean readOnly) throws IOException {
    plugin.preconnect(readOnly);
  }

  @Override
  public List<Export> listExports(boolean readOnly, boolean tls) throws IOException {
    return plugin.listExports(readOnly, tls);
  }

  @Override
  public Optional<String> defaultExport(boolean readOnly, boolean tls) throws IOException {
    return plugin.defaultExport(readOnly, tls);
  }

  @Override
  public PluginHandle open(OpenRequest request) throws IOException {
    return plugin.open(request);
  }

  /** End the plugin. No server may use it any more. */
  void end() throws IOException {
    Failures failures = new Failures();
    if (begun) {
      begun = false;
      failures.attempt(plugin::cleanup);
    }
    if (loaded) {
      loaded = false;
      failures.attempt(plugin::unload);
    }
    failures.throwFirst();
  }
}
