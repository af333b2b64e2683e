package nbdj.api;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A source of exports.
 *
 * <p>The class is public, has a public constructor without arguments, is {@link Registered} and is
 * found by {@link java.util.ServiceLoader}. One instance serves one chain. Server-wide callbacks
 * run on the thread that starts or stops the server, one at a time, in the order in which they
 * stand here; those that serve a client ({@link #preconnect}, {@link #listExports}, {@link
 * #defaultExport}, {@link #open}) run on any thread under the {@link ThreadModel}.
 *
 * <p>Rules of the lifecycle:
 *
 * <ul>
 *   <li><b>L-1</b> {@code load} is called once, before any other callback but {@code description}
 *       and {@code parameters}.
 *   <li><b>L-2</b> {@code config} is called once for each parameter, in the order of the command
 *       line.
 *   <li><b>L-3</b> {@code configComplete} is called once, after the last {@code config} and never
 *       when a layer is only described.
 *   <li><b>L-4</b> {@code threadModel} is called once, after {@code configComplete}, or after the
 *       last {@code config} when a layer is only described.
 *   <li><b>L-5</b> {@code getReady} is called once, after {@code threadModel} and before the server
 *       listens to anyone.
 *   <li><b>L-6</b> {@code afterFork} is called once, after {@code getReady}; threads may be started
 *       from here on. The server says that it is ready only when this call has succeeded in all
 *       layers.
 *   <li><b>L-7</b> {@code preconnect} is called once for each client, before a byte is exchanged
 *       with it.
 *   <li><b>L-8</b> {@code open} is called outermost layer first and completes innermost first.
 *   <li><b>L-9</b> {@code prepare} is called once for each handle of a filter, after {@code open}
 *       of the whole chain and before any question about size or capabilities, innermost layer
 *       first.
 *   <li><b>L-10</b> {@code finalize} is called exactly once where {@code prepare} succeeded, after
 *       the handle's last data operation has returned, outermost layer first.
 *   <li><b>L-11</b> {@code close} is called exactly once where {@code open} succeeded, after {@code
 *       finalize}, outermost layer first. The handle is not called again.
 *   <li><b>L-12</b> {@code cleanup} is called once if {@code afterFork} was called, after every
 *       connection has ended, outermost layer first.
 *   <li><b>L-13</b> {@code unload} is called once, last of all, if {@code load} succeeded,
 *       innermost layer first.
 *   <li><b>L-14</b> A failure from {@code load} to {@code afterFork} ends the start with a message
 *       that names the layer; every layer still gets the {@code cleanup} and {@code unload} that
 *       are due to it.
 *   <li><b>L-15</b> A failure of {@code finalize}, {@code close}, {@code cleanup} or {@code unload}
 *       is logged, and every other layer still gets its call.
 *   <li><b>L-16</b> {@code load}, {@code threadModel}, {@code getReady} and {@code afterFork} run
 *       innermost layer first; {@code config}, {@code configComplete} and {@code preconnect}
 *       outermost first.
 *   <li><b>L-17</b> A client that asks about an export and then opens the same one gets the handle
 *       that was opened for its question.
 *   <li><b>L-18</b> The thread's context class loader is the layer's own in every call but data
 *       operations, where it is unspecified.
 *   <li><b>L-19</b> {@code description} should be one line of text that says what the layer is; it
 *       is what a list of layers shows.
 *   <li><b>L-20</b> {@code open} should take less than a second: a client waits for it.
 *   <li><b>L-21</b> {@code inspect} is called at most once, on a server that is read-only, when a
 *       filter is only described. The layers below are started when it first asks its {@code next}
 *       for something, which fails if they cannot be, and it uses what it gets on the calling
 *       thread alone. It answers also where what lies below is damaged or missing.
 *   <li><b>L-22</b> A filter may call {@code requestStop} of {@link Backend} at any time from
 *       {@code afterFork} to {@code cleanup}, on any thread. The call returns at once; then the
 *       server stops as if it were stopped from outside.
 * </ul>
 *
 * @since 0.1
 */
public interface Plugin {
  /** Get a line about the plugin for people. */
  default String description() {
    return "";
  }

  /**
   * Declare the parameters. A key that no layer declares never reaches a layer: the server refuses
   * it. Those that depend on another parameter are declared once that was given: see rule P-9.
   */
  default List<Parameter> parameters() {
    return List.of();
  }

  /** Begin: the first callback. */
  default void load() throws IOException {}

  /**
   * Take a parameter.
   *
   * @param key the name of a declared parameter
   * @param value its value, which has the declared type
   * @throws ConfigException if the value cannot be
   */
  default void config(String key, String value) throws IOException {
    throw new ConfigException("this plugin takes no parameter");
  }

  /**
   * Check the parameters as a whole. Those declared required have been given.
   *
   * @throws ConfigException if they cannot be
   */
  default void configComplete() throws IOException {}

  /** Get how many calls the plugin can take at once. The default asks nothing of the author. */
  default ThreadModel threadModel() throws IOException {
    return ThreadModel.SERIALIZE_ALL_REQUESTS;
  }

  /**
   * Describe the plugin as configured, as {@code key=value} lines for programs; {@link
   * #configComplete} may not have run.
   */
  default Map<String, String> dump() throws IOException {
    return Map.of();
  }

  /**
   * Acquire what serving needs.
   *
   * @param model the final model of the chain
   */
  default void getReady(ThreadModel model) throws IOException {}

  /** Start threads and anything else that belongs to a running server. */
  default void afterFork() throws IOException {}

  /**
   * Accept or drop a client. Called without any lock.
   *
   * @param readOnly the server is read-only
   * @throws IOException to drop the client
   */
  default void preconnect(boolean readOnly) throws IOException {}

  /**
   * List the exports.
   *
   * @param readOnly the server is read-only
   * @param tls the connection is encrypted
   * @return the exports, by default the default export alone
   */
  default List<Export> listExports(boolean readOnly, boolean tls) throws IOException {
    return defaultExport(readOnly, tls).map(Export::of).stream().toList();
  }

  /**
   * Get the name that the empty name stands for.
   *
   * @param readOnly the server is read-only
   * @param tls the connection is encrypted
   * @return the name, {@code ""} by default; empty if there is no default export
   */
  default Optional<String> defaultExport(boolean readOnly, boolean tls) throws IOException {
    return Optional.of("");
  }

  /**
   * Open an export.
   *
   * @return the handle, which the server closes
   * @throws NbdException if there is no such export or it cannot be opened; the message reaches the
   *     client
   */
  PluginHandle open(OpenRequest request) throws IOException;

  /** End what {@link #afterFork} began. */
  default void cleanup() throws IOException {}

  /** End: the last callback. */
  default void unload() throws IOException {}
}
