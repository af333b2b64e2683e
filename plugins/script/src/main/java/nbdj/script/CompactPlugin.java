package nbdj.script;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import nbdj.api.ConfigException;
import nbdj.api.Plugin;
import nbdj.api.PluginHandle;

/**
 * Makes a plugin of a compact file: one object, with callbacks of {@link Plugin} and, unless it has
 * an {@code open} of its own, of {@link PluginHandle}, which then serves every client.
 */
final class CompactPlugin {
  private final CompiledScript compiled;
  private final Callbacks<Plugin> ofPlugin;
  private final Callbacks<PluginHandle> ofHandle;

  private CompactPlugin(CompiledScript compiled, Object script) {
    this.compiled = compiled;
    this.ofPlugin = Callbacks.find(Plugin.class, script);
    this.ofHandle = Callbacks.find(PluginHandle.class, script);
  }

  /**
   * Find the callbacks of a script.
   *
   * @param script the one object of the file's class
   * @throws ConfigException if they are not those of a plugin
   */
  static CompactPlugin of(CompiledScript compiled, Object script) throws ConfigException {
    CompactPlugin plugin = new CompactPlugin(compiled, script);
    plugin.checkSignatures(script.getClass());
    plugin.checkSet();
    return plugin;
  }

  /** Tell whether the script opens handles of its own. */
  boolean opens() {
    return ofPlugin.names().contains("open");
  }

  /** Get what the one handle offers, if the script opens no others. */
  Offer offer() {
    return Offer.asWritten(ofHandle.names());
  }

  /** Get the plugin. */
  Plugin plugin() {
    if (opens()) {
      return ofPlugin.proxy();
    }
    PluginHandle handle = ofHandle.proxy();
    return ofPlugin.proxy((proxy, callback, arguments) ->
        callback.getName().equals("open") ? handle : ofPlugin.invoke(proxy, callback, arguments));
  }

  /** See that nothing is a callback in name only: it would never be called. */
  private void checkSignatures(Class<?> script) throws ConfigException {
    Set<String> found = new HashSet<>(ofPlugin.names());
    found.addAll(ofHandle.names());
    for (Method method : script.getDeclaredMethods()) {
      List<String> wanted = new ArrayList<>(ofPlugin.signatures(method.getName()));
      wanted.addAll(ofHandle.signatures(method.getName()));
      if (!wanted.isEmpty() && !found.contains(method.getName())) {
        throw new ConfigException(
            "%s: %s is no callback (write %s, or choose another name)"
                .formatted(
                    place(method.getName()),
                    Callbacks.signature(method),
                    String.join(" or ", wanted)));
      }
    }
  }

  private void checkSet() throws ConfigException {
    Set<String> handle = ofHandle.names();
    if (opens() && !handle.isEmpty()) {
      String other = handle.stream().sorted().findFirst().orElseThrow();
      throw new ConfigException(
          "%s: %s is of no use beside open, whose result has the operations"
              .formatted(place(other), other));
    }
    for (String needed : List.of("size", "pread")) {
      if (!opens() && !handle.contains(needed)) {
        throw new ConfigException(
            "%s: the method %s is missing"
                .formatted(compiled.source().name(), ofHandle.signatures(needed).getFirst()));
      }
    }
    if (ofPlugin.names().contains("config") && !ofPlugin.names().contains("parameters")) {
      throw new ConfigException(
          "%s: config is given the parameters that are declared (add List<Parameter> parameters())"
              .formatted(place("config")));
    }
  }

  private String place(String method) {
    return compiled.source().name() + ":" + compiled.methodLines().getOrDefault(method, 1L);
  }
}
