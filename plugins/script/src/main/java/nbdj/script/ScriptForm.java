package nbdj.script;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import nbdj.api.ConfigException;
import nbdj.api.Plugin;
import nbdj.api.PluginHandle;

/**
 * Finds out which form a compiled script has, and makes its plugin: a class that implements {@link
 * Plugin}, a class that implements {@link PluginHandle}, or a compact file. Used by one thread,
 * once.
 */
final class ScriptForm {
  private final CompiledScript compiled;
  private final Source source;
  private final ScriptClassLoader loader;
  private final Guard guard;

  private ScriptForm(CompiledScript compiled, ClassPath classPath) {
    this.compiled = compiled;
    this.source = compiled.source();
    this.loader = new ScriptClassLoader(source.file(), compiled.classes(), classPath.urls());
    this.guard = new Guard(loader, new Trouble(source, loader));
  }

  /**
   * Make the plugin of a script; none of its callbacks has run.
   *
   * @throws ConfigException if the script is none
   * @throws IOException if code of the script failed, with the line
   */
  static Script instantiate(CompiledScript compiled, ClassPath classPath) throws IOException {
    ScriptForm form = new ScriptForm(compiled, classPath);
    try {
      return form.guard.start(form::script);
    } catch (IOException e) {
      try {
        form.loader.close();
      } catch (IOException onClose) {
        e.addSuppressed(onClose);
      }
      throw e;
    }
  }

  private Script script() throws IOException, ClassNotFoundException {
    List<Class<?>> types = new ArrayList<>();
    for (String name : compiled.topLevel()) {
      types.add(Class.forName(name, false, loader));
    }
    if (compiled.compact()) {
      CompactPlugin compact = CompactPlugin.of(compiled, make(constructor(types.getFirst())));
      Offer offer = compact.opens() ? null : compact.offer();
      return new Script(compact.plugin(), offer, guard, loader);
    }
    List<Class<?>> plugins = implementing(Plugin.class, types);
    if (!plugins.isEmpty()) {
      Plugin plugin = (Plugin) make(constructor(only(plugins, Plugin.class)));
      return new Script(plugin, null, guard, loader);
    }
    Class<?> handle = only(implementing(PluginHandle.class, types), PluginHandle.class);
    Constructor<?> constructor = constructor(handle);
    // So that what is wrong with its static part shows now, and not with the first client.
    Class.forName(handle.getName(), true, loader);
    Plugin plugin = new HandlePlugin(() -> (PluginHandle) make(constructor));
    return new Script(plugin, Offer.asWritten(handle), guard, loader);
  }

  private static List<Class<?>> implementing(Class<?> type, List<Class<?>> types) {
    return types.stream()
        .filter(candidate -> type.isAssignableFrom(candidate))
        .filter(candidate -> !Modifier.isAbstract(candidate.getModifiers()))
        .toList();
  }

  private Class<?> only(List<Class<?>> candidates, Class<?> type) throws ConfigException {
    return switch (candidates.size()) {
      case 0 ->
          throw new ConfigException(
              ("%s: no class implements Plugin or PluginHandle (or write long size() and void"
                      + " pread(ByteBuffer, long) without a class)")
                  .formatted(source.name()));
      case 1 -> candidates.getFirst();
      default ->
          throw new ConfigException(
              "%s: %d classes implement %s: %s (keep one, or nest the others in it)"
                  .formatted(
                      source.name(),
                      candidates.size(),
                      type.getSimpleName(),
                      candidates.stream()
                          .map(Class::getSimpleName)
                          .collect(Collectors.joining(", "))));
    };
  }

  private Constructor<?> constructor(Class<?> type) throws ConfigException {
    try {
      Constructor<?> constructor = type.getDeclaredConstructor();
      constructor.setAccessible(true);
      return constructor;
    } catch (NoSuchMethodException e) {
      throw new ConfigException(
          "%s: the class %s needs a constructor without parameters"
              .formatted(source.name(), type.getSimpleName()),
          e);
    }
  }

  private static Object make(Constructor<?> constructor) {
    try {
      return constructor.newInstance();
    } catch (InvocationTargetException e) {
      // Whatever it is, the guard takes it out again.
      throw new UndeclaredThrowableException(e.getCause());
    } catch (InstantiationException | IllegalAccessException e) {
      throw new IllegalStateException("a concrete class that was made accessible: " + e, e);
    }
  }
}
