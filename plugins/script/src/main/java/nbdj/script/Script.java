package nbdj.script;

import java.io.Closeable;
import java.io.IOException;
import java.net.URLClassLoader;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import nbdj.api.Export;
import nbdj.api.OpenRequest;
import nbdj.api.Parameter;
import nbdj.api.Plugin;
import nbdj.api.PluginHandle;
import nbdj.api.ThreadModel;
import org.jspecify.annotations.Nullable;

/**
 * A compiled script as the server sees it: a plugin each of whose callbacks is guarded.
 *
 * <p>Closed after {@link #unload}. Threads as {@link Plugin} has it.
 */
final class Script implements Plugin, Closeable {
  private final Plugin plugin;
  private final Guard guard;
  private final URLClassLoader loader;

  /** What all handles offer; {@code null} if each answers for itself. */
  private final @Nullable Offer offer;

  private List<Parameter> parameters = List.of();

  /**
   * Make the server's view of a script's plugin.
   *
   * @param offer what all handles offer; {@code null} if each answers for itself
   * @param loader the script's, which is closed with the script
   */
  Script(Plugin plugin, @Nullable Offer offer, Guard guard, URLClassLoader loader) {
    this.plugin = plugin;
    this.offer = offer;
    this.guard = guard;
    this.loader = loader;
  }

  /** Get what was declared at {@link #load} or after the last {@link #config}. */
  @Override
  public List<Parameter> parameters() {
    return parameters;
  }

  @Override
  public void load() throws IOException {
    declare();
    guard.startAction(plugin::load);
  }

  @Override
  public void config(String key, String value) throws IOException {
    guard.startAction(() -> plugin.config(key, value));
    declare();
  }

  private void declare() throws IOException {
    parameters =
        guard.start(() ->
            List.copyOf(Objects.requireNonNull(plugin.parameters(), "parameters returned null")));
  }

  @Override
  public void configComplete() throws IOException {
    guard.startAction(plugin::configComplete);
  }

  @Override
  public ThreadModel threadModel() throws IOException {
    return guard.start(plugin::threadModel);
  }

  @Override
  public Map<String, String> dump() throws IOException {
    return guard.start(plugin::dump);
  }

  @Override
  public void getReady(ThreadModel model) throws IOException {
    guard.startAction(() -> plugin.getReady(model));
  }

  @Override
  public void afterFork() throws IOException {
    guard.startAction(plugin::afterFork);
  }

  @Override
  public void preconnect(boolean readOnly) throws IOException {
    guard.serveAction(() -> plugin.preconnect(readOnly));
  }

  @Override
  public List<Export> listExports(boolean readOnly, boolean tls) throws IOException {
    return guard.serve(() -> plugin.listExports(readOnly, tls));
  }

  @Override
  public Optional<String> defaultExport(boolean readOnly, boolean tls) throws IOException {
    return guard.serve(() -> plugin.defaultExport(readOnly, tls));
  }

  @Override
  public PluginHandle open(OpenRequest request) throws IOException {
    return open(request, () -> {});
  }

  /**
   * Open an export.
   *
   * @param closed run when the handle was closed
   */
  PluginHandle open(OpenRequest request, Runnable closed) throws IOException {
    return guard.serve(() -> {
      PluginHandle handle = Objects.requireNonNull(plugin.open(request), "open returned null");
      Offer offered = offer == null ? Offer.asAnswered(handle.getClass()) : offer;
      return ScriptHandle.of(handle, offered, guard, closed);
    });
  }

  @Override
  public void cleanup() throws IOException {
    guard.startAction(plugin::cleanup);
  }

  @Override
  public void unload() throws IOException {
    guard.startAction(plugin::unload);
  }

  @Override
  public void close() throws IOException {
    loader.close();
  }
}
