package nbdj.runtime.chain;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import nbdj.api.Export;
import nbdj.api.NbdException;
import nbdj.api.OpenRequest;
import nbdj.api.Parameter;
import nbdj.api.Plugin;
import nbdj.api.PluginHandle;
import nbdj.api.ThreadModel;
import org.jspecify.annotations.Nullable;

/** The innermost layer. */
final class PluginLayer extends Layer {
  private final Plugin plugin;

  PluginLayer(String name, Plugin plugin, ChainSettings settings) {
    super(name, plugin, settings);
    this.plugin = plugin;
  }

  @Override
  @Nullable Layer belowOrNull() {
    return null;
  }

  @Override
  List<Parameter> callParameters() {
    return plugin.parameters();
  }

  @Override
  void callLoad() throws IOException {
    plugin.load();
  }

  @Override
  void callConfig(String key, String value) throws IOException {
    plugin.config(key, value);
  }

  @Override
  void callConfigComplete() throws IOException {
    plugin.configComplete();
  }

  @Override
  ThreadModel callThreadModel() throws IOException {
    return plugin.threadModel();
  }

  @Override
  Map<String, String> callDump() throws IOException {
    return plugin.dump();
  }

  @Override
  Map<String, String> callInspect(LayerAction startBelow) {
    return Map.of();
  }

  @Override
  void callGetReady(ThreadModel model) throws IOException {
    plugin.getReady(model);
  }

  @Override
  void callAfterFork() throws IOException {
    plugin.afterFork();
  }

  @Override
  void callPreconnect(boolean readOnly) throws IOException {
    plugin.preconnect(readOnly);
  }

  @Override
  List<Export> callListExports(boolean readOnly, boolean tls) throws IOException {
    return plugin.listExports(readOnly, tls);
  }

  @Override
  Optional<String> callDefaultExport(boolean readOnly, boolean tls) throws IOException {
    return plugin.defaultExport(readOnly, tls);
  }

  @Override
  LayerContext callOpen(OpenRequest request, Owner owner) throws IOException {
    PluginHandle handle = plugin.open(request);
    if (handle == null) {
      throw openedNothing();
    }
    return new LayerContext(this, request, new PluginCalls(handle, faults()));
  }

  @Override
  void callCleanup() throws IOException {
    plugin.cleanup();
  }

  @Override
  void afterCleanup() {
    // A plugin opens nothing.
  }

  @Override
  void callUnload() throws IOException {
    plugin.unload();
  }

  private NbdException openedNothing() {
    return faults().violation("X-5", "open returned null");
  }
}
