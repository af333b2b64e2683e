package nbdj.script;

import java.util.function.Supplier;
import nbdj.api.OpenRequest;
import nbdj.api.Plugin;
import nbdj.api.PluginHandle;

/**
 * Makes a plugin of a class of handles: each client gets an object of its own.
 *
 * @param handles makes the objects
 */
record HandlePlugin(Supplier<PluginHandle> handles) implements Plugin {
  @Override
  public PluginHandle open(OpenRequest request) {
    return handles.get();
  }
}
