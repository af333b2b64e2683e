package nbdj.cli;

import java.net.URLClassLoader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.helpers.NOPMDCAdapter;

/**
 * What a thread is doing when it logs: whose code it runs, and for which connection.
 *
 * <p>Unlike slf4j's own adapter it hands nothing on to the threads that a thread starts: those of a
 * layer live longer than the connection in which they were started.
 */
final class LogContext extends NOPMDCAdapter {
  /** Where the server puts the number of the connection. */
  static final String CONNECTION = "nbdj.connection";

  private final ThreadLocal<Map<String, String>> values = ThreadLocal.withInitial(HashMap::new);

  @Override
  public void put(String key, @Nullable String value) {
    values.get().put(key, String.valueOf(value));
  }

  @Override
  public @Nullable String get(String key) {
    return values.get().get(key);
  }

  @Override
  public void remove(String key) {
    values.get().remove(key);
  }

  @Override
  public void clear() {
    values.remove();
  }

  /** Get the name of the layer whose code this thread runs. */
  static Optional<String> layer() {
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    return loader instanceof URLClassLoader
        ? Optional.ofNullable(loader.getName()).map(LogContext::withoutDetails)
        : Optional.empty();
  }

  /** Get the layer of a loader, which is named for the kind of layer or, in a layer, for a file. */
  private static String withoutDetails(String loader) {
    for (String kind : List.of("plugin:", "filter:")) {
      if (loader.startsWith(kind)) {
        return loader.substring(kind.length());
      }
    }
    int colon = loader.indexOf(':');
    return colon < 0 ? loader : loader.substring(0, colon);
  }
}
