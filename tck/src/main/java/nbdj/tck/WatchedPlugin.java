package nbdj.tck;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import nbdj.api.Export;
import nbdj.api.OpenRequest;
import nbdj.api.Parameter;
import nbdj.api.Plugin;
import nbdj.api.PluginHandle;
import nbdj.api.ThreadModel;

/** Records every call on its way to the plugin under test. */
final class WatchedPlugin implements Plugin {
  private final Plugin plugin;
  private final Watch watch;

  WatchedPlugin(Plugin plugin, Watch watch) {
    this.plugin = plugin;
    this.watch = watch;
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
    watch.server(
        "load",
        call -> {
          plugin.load();
          return call;
        });
  }

  @Override
  public void config(String key, String value) throws IOException {
    watch.server(
        "config",
        call -> {
          plugin.config(key, value);
          return new Argument(key, value);
        });
  }

  @Override
  public void configComplete() throws IOException {
    watch.server(
        "configComplete",
        call -> {
          plugin.configComplete();
          return call;
        });
  }

  @Override
  public ThreadModel threadModel() throws IOException {
    return watch.server("threadModel", call -> watch.declared(plugin.threadModel()));
  }

  @Override
  public Map<String, String> dump() throws IOException {
    return watch.server("dump", call -> plugin.dump());
  }

  @Override
  public void getReady(ThreadModel model) throws IOException {
    watch.server(
        "getReady",
        call -> {
          plugin.getReady(model);
          return call;
        });
  }

  @Override
  public void afterFork() throws IOException {
    watch.server(
        "afterFork",
        call -> {
          plugin.afterFork();
          return call;
        });
  }

  @Override
  public void preconnect(boolean readOnly) throws IOException {
    watch.server(
        "preconnect",
        call -> {
          plugin.preconnect(readOnly);
          return call;
        });
  }

  @Override
  public List<Export> listExports(boolean readOnly, boolean tls) throws IOException {
    return watch.server("listExports", call -> plugin.listExports(readOnly, tls));
  }

  @Override
  public Optional<String> defaultExport(boolean readOnly, boolean tls) throws IOException {
    return watch.server("defaultExport", call -> plugin.defaultExport(readOnly, tls));
  }

  @Override
  public PluginHandle open(OpenRequest request) throws IOException {
    return watch.server(
        "open",
        call -> {
          PluginHandle handle = plugin.open(request);
          // What a layer may not return is for the server to judge.
          return handle == null
              ? handle
              : new WatchedPluginHandle(handle, watch, watch.newHandle());
        });
  }

  @Override
  public void cleanup() throws IOException {
    watch.server(
        "cleanup",
        call -> {
          plugin.cleanup();
          return call;
        });
  }

  @Override
  public void unload() throws IOException {
    watch.server(
        "unload",
        call -> {
          plugin.unload();
          return call;
        });
  }
}
