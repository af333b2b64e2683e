package nbdj.script;

import java.net.URL;
import java.net.URLClassLoader;
import java.util.Map;

/**
 * Loads the classes of one script: its own first, then its class path, then the JDK.
 *
 * <p>The packages of {@link SharedClasses} come from the server and from nowhere else. Nothing else
 * of the server is visible, nor is the plugin that runs the script. Safe for use by many threads.
 */
final class ScriptClassLoader extends URLClassLoader {
  static {
    registerAsParallelCapable();
  }

  private final Map<String, byte[]> classes;

  /**
   * Make a loader.
   *
   * @param file the script's file, for stack traces
   * @param classes the class files of the script by their names, with dots
   * @param classPath jars and folders
   */
  ScriptClassLoader(String file, Map<String, byte[]> classes, URL... classPath) {
    super("script:" + file, classPath, ClassLoader.getPlatformClassLoader());
    this.classes = Map.copyOf(classes);
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    int dot = name.lastIndexOf('.');
    if (dot > 0 && SharedClasses.hasPackage(name.substring(0, dot))) {
      return SharedClasses.loader().loadClass(name);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      if (loaded != null) {
        return loaded;
      }
      return isOwn(name) ? findClass(name) : getParent().loadClass(name);
    }
  }

  private boolean isOwn(String name) {
    return classes.containsKey(name)
        || (!name.startsWith("java.") && findResource(name.replace('.', '/') + ".class") != null);
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    byte[] bytes = classes.get(name);
    return bytes == null ? super.findClass(name) : defineClass(name, bytes, 0, bytes.length);
  }
}
