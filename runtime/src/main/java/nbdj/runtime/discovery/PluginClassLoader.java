package nbdj.runtime.discovery;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import nbdj.api.Nbdj;
import org.jspecify.annotations.Nullable;

/**
 * Loads the code of one bundle: its own jars first, the JDK after them.
 *
 * <p>Packages {@code nbdj.api} and {@code org.slf4j} come from the server and from nowhere else,
 * even where the bundle packs a copy: their types must be the same on both sides. Nothing else of
 * the server is visible, so that two bundles may hold two versions of one library, and neither
 * meets the server's.
 *
 * <p>Safe for use by many threads.
 */
final class PluginClassLoader extends URLClassLoader {
  static {
    registerAsParallelCapable();
  }

  private static final List<String> SHARED = List.of("nbdj.api.", "org.slf4j.");

  /** The same as resource paths: classes are asked for with dots, resources with slashes. */
  private static final List<String> SHARED_PATHS =
      SHARED.stream().map(prefix -> prefix.replace('.', '/')).toList();

  /** Where the shared packages come from. */
  private static final ClassLoader SERVER = Nbdj.class.getClassLoader();

  /**
   * Make a loader.
   *
   * @param name what stack traces show in front of the bundle's classes
   * @param jars the jars of the bundle
   */
  PluginClassLoader(String name, List<URL> jars) {
    super(name, jars.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (SHARED.stream().anyMatch(name::startsWith)) {
      return SERVER.loadClass(name);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded != null ? loaded : ownOrPlatform(name);
    }
  }

  private Class<?> ownOrPlatform(String name) throws ClassNotFoundException {
    if (!name.startsWith("java.") && findResource(classFile(name)) != null) {
      return findClass(name);
    }
    return getParent().loadClass(name);
  }

  private static String classFile(String name) {
    return name.replace('.', '/') + ".class";
  }

  @Override
  public @Nullable URL getResource(String name) {
    if (isSharedPath(name)) {
      return SERVER.getResource(name);
    }
    URL own = findResource(name);
    return own != null ? own : getParent().getResource(name);
  }

  @Override
  public Enumeration<URL> getResources(String name) throws IOException {
    if (isSharedPath(name)) {
      return SERVER.getResources(name);
    }
    List<URL> all = new ArrayList<>(Collections.list(findResources(name)));
    all.addAll(Collections.list(getParent().getResources(name)));
    return Collections.enumeration(all);
  }

  private static boolean isSharedPath(String name) {
    return SHARED_PATHS.stream().anyMatch(name::startsWith);
  }
}
