package nbdj.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.util.Objects;
import nbdj.api.Nbdj;
import nbdj.runtime.discovery.Catalog;

/**
 * Prints the version and, where a command names layers, those that could be loaded: a probe for
 * programs, which look at the exit status.
 */
final class VersionPage {
  private VersionPage() {}

  static void print(PrintStream out, Catalog catalog, Options options) throws IOException {
    try (Layers layers = Layers.load(catalog, options)) {
      out.printf("nbdj %s (api %s)%n", version(), Nbdj.describe(Nbdj.apiVersion()));
      layers.filters().forEach(filter -> out.printf("filter %s%n", filter.name()));
      layers.plugin().ifPresent(plugin -> out.printf("plugin %s%n", plugin.name()));
    }
  }

  /** Get the version that the build wrote into the jar. */
  private static String version() {
    return Objects.requireNonNullElse(
        VersionPage.class.getPackage().getImplementationVersion(), "of no release");
  }
}
