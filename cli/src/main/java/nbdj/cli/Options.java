package nbdj.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import nbdj.runtime.server.NbdServerBuilder;

/**
 * A command line, read and checked as far as it can be without loading a layer.
 *
 * @param action what to do
 * @param plugin the plugin's name or path
 * @param filters the filters' names or paths, the outermost first
 * @param settings the parameters in the order given
 * @param pluginPath folders to look for layers in, beside the usual ones
 * @param endpoint where clients are met
 * @param readOnly refuse writes in every layer
 * @param exportName the export that URIs name
 * @param offer what clients are offered
 * @param limits what clients are allowed
 * @param tls whether connections are encrypted
 * @param life how the process lives and ends
 */
record Options(
    Action action,
    Optional<String> plugin,
    List<String> filters,
    List<Setting> settings,
    List<Path> pluginPath,
    Endpoint endpoint,
    boolean readOnly,
    String exportName,
    Offer offer,
    ClientLimits limits,
    Tls tls,
    Life life) {

  /**
   * What clients are offered.
   *
   * @param keepAlive have the system look whether TCP clients are still there
   * @param handshakeFlags which of the handshake's flags may be offered
   * @param structuredReplies offer structured replies, and what comes with them
   * @param metaContexts offer meta contexts
   */
  record Offer(
      boolean keepAlive, int handshakeFlags, boolean structuredReplies, boolean metaContexts) {
    void apply(NbdServerBuilder builder) {
      builder
          .keepAlive(keepAlive)
          .handshakeFlags(handshakeFlags)
          .structuredReplies(structuredReplies)
          .metaContexts(metaContexts);
    }
  }

  /**
   * How the process lives and ends.
   *
   * @param pidFile the file that tells the process id while the server is ready
   * @param run the shell command to run while serving
   * @param printUri print the URI when ready
   * @param background go into the background when ready, as the launcher has been told too
   * @param stopTimeout how long running requests may take at the stop
   * @param exitWithParent stop when the process that started this one ends
   * @param metrics the TCP port at which metrics are served
   */
  record Life(
      Optional<Path> pidFile,
      Optional<String> run,
      boolean printUri,
      boolean background,
      Optional<Duration> stopTimeout,
      boolean exitWithParent,
      OptionalInt metrics) {}

  /** Get the plugin's name or path, which serving needs. */
  String requirePlugin() throws UsageException {
    return plugin.orElseThrow(() ->
        new UsageException("no plugin is named (try nbdj memory 64M, nbdj --list, nbdj --help)"));
  }

  /** Get the names of all layers, however they are given. */
  List<String> layerNames() {
    return Stream.concat(filters.stream(), plugin.stream()).map(Options::nameOf).toList();
  }

  /** Get the plugin's name; {@code ""} if none is given. */
  String pluginName() {
    return plugin.map(Options::nameOf).orElse("");
  }

  private static String nameOf(String word) {
    return word.substring(word.lastIndexOf('/', word.length() - 2) + 1)
        .replaceFirst("/$", "")
        .replaceFirst("\\.jar$", "");
  }
}
