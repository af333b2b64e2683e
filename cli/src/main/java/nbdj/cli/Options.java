package nbdj.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

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
 * @param limits what clients are allowed
 * @param tls whether connections are encrypted
 * @param pidFile the file that tells the process id while the server is ready
 * @param run the shell command to run while serving
 * @param printUri print the URI when ready
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
    ClientLimits limits,
    Tls tls,
    Optional<Path> pidFile,
    Optional<String> run,
    boolean printUri) {

  /** Get the plugin's name or path, which serving needs. */
  String requirePlugin() throws UsageException {
    return plugin.orElseThrow(() ->
        new UsageException("no plugin is named (try nbdj memory 64M, nbdj --list, nbdj --help)"));
  }
}
