package nbdj.api;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A layer over a plugin or over another filter.
 *
 * <p>The class is public, has a public constructor without arguments, is {@link Registered} and is
 * found by {@link java.util.ServiceLoader}. One instance serves one place in one chain. The first
 * filter on the command line is the outermost: the nearest to the client. Lifecycle and threads are
 * those of {@link Plugin}; a callback that receives a {@link Backend} must call the same method of
 * it to reach the layers below, unless it means to hide them.
 *
 * @since 0.1
 */
public interface Filter {
  /** Get a line about the filter for people. */
  default String description() {
    return "";
  }

  /** Declare the parameters that this filter takes; all others pass it by. */
  default List<Parameter> parameters() {
    return List.of();
  }

  /** Begin: the first callback. */
  default void load() throws IOException {}

  /**
   * Take a parameter. Called for the declared ones only; every other goes to the layer below.
   *
   * @param next the layer below, for a parameter that concerns it too
   * @param key the name of a declared parameter
   * @param value its value, which has the declared type
   * @throws ConfigException if the value cannot be
   */
  default void config(Backend next, String key, String value) throws IOException {
    next.config(key, value);
  }

  /**
   * Check the parameters as a whole. Those declared required have been given.
   *
   * @throws ConfigException if they cannot be
   */
  default void configComplete(Backend next) throws IOException {
    next.configComplete();
  }

  /**
   * Get how many calls the filter can take at once.
   *
   * @param next the model of the layers below; the default keeps it
   */
  default ThreadModel threadModel(ThreadModel next) throws IOException {
    return next;
  }

  /** Describe the filter as configured, as {@code key=value} lines for programs. */
  default Map<String, String> dump() throws IOException {
    return Map.of();
  }

  /**
   * Describe what lies below the filter, as {@code key=value} lines for programs. Called in place
   * of serving, after {@link #dump} and though parameters of this filter may be missing: see rule
   * L-21.
   *
   * @param next the layer below, which may be opened until this returns; what is left open is
   *     closed then
   * @return the lines, by default none; what could not be found out is a line too
   */
  default Map<String, String> inspect(Backend next) throws IOException {
    return Map.of();
  }

  /**
   * Acquire what serving needs.
   *
   * @param model the final model of the chain
   */
  default void getReady(ThreadModel model) throws IOException {}

  /**
   * Start what belongs to a running server.
   *
   * @param next the layer below, good until {@link #cleanup}; from here on the filter may
   *     {@linkplain Backend#open open} handles of its own
   */
  default void afterFork(Backend next) throws IOException {}

  /**
   * Accept or drop a client. Called without any lock.
   *
   * @param readOnly the server is read-only
   * @throws IOException to drop the client
   */
  default void preconnect(Backend next, boolean readOnly) throws IOException {
    next.preconnect(readOnly);
  }

  /**
   * List the exports.
   *
   * @param readOnly the server is read-only
   * @param tls the connection is encrypted
   */
  default List<Export> listExports(Backend next, boolean readOnly, boolean tls) throws IOException {
    return next.listExports(readOnly, tls);
  }

  /**
   * Get the name that the empty name stands for.
   *
   * @param readOnly the server is read-only
   * @param tls the connection is encrypted
   * @return the name; empty if there is no default export
   */
  default Optional<String> defaultExport(Backend next, boolean readOnly, boolean tls)
      throws IOException {
    return next.defaultExport(readOnly, tls);
  }

  /**
   * Open an export for one connection, or for the filter above that shares it.
   *
   * <p>Most filters call {@link Context#openNext} first. One that lends a handle of its own instead
   * calls {@link Context#setNext} here or in {@link FilterHandle#prepare}.
   *
   * @param context the filter's hold on the connection, good until {@link FilterHandle#close}
   *     returns
   * @throws NbdException if there is no such export or it cannot be opened; the message reaches the
   *     client
   */
  FilterHandle open(Context context, OpenRequest request) throws IOException;

  /** End what {@link #afterFork} began; handles that the filter opened itself are closed here. */
  default void cleanup(Backend next) throws IOException {}

  /** End: the last callback. */
  default void unload() throws IOException {}
}
