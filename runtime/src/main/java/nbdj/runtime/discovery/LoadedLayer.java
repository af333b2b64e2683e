package nbdj.runtime.discovery;

import java.io.Closeable;
import java.io.IOException;
import java.net.URLClassLoader;
import java.nio.file.Path;

/**
 * A plugin or filter, made and ready for its first callback.
 *
 * <p>Belongs to whoever asked for it: closed after the layer's {@code unload}, when none of its
 * code runs any more.
 *
 * @param <T> {@link nbdj.api.Plugin} or {@link nbdj.api.Filter}
 * @param name the name that the layer gives itself
 * @param instance the layer
 * @param path the jar, or folder of jars, that it came from
 * @param loader the class loader of its code; the thread's context class loader in its callbacks
 */
public record LoadedLayer<T>(String name, T instance, Path path, URLClassLoader loader)
    implements Closeable {
  /** Close the class loader: classes not used so far can no longer be loaded. */
  @Override
  public void close() throws IOException {
    loader.close();
  }
}
