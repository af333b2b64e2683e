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
      if (Manners.ofThisProcess() == Manners.NBDKIT) {
        out.printf("nbdkit %s (nbdj %s)%n", Manners.NBDKIT_VERSION, version());
        layers.filters().forEach(filter -> line(out, filter.name()));
        layers.plugin().ifPresent(plugin -> line(out, plugin.name()));
        return;
      }
      out.printf("nbdj %s (api %s)%n", version(), Nbdj.describe(Nbdj.apiVersion()));
      layers.filters().forEach(filter -> out.printf("filter %s%n", filter.name()));
      layers.plugin().ifPresent(plugin -> out.printf("plugin %s%n", plugin.name()));
    }
  }

  /** Print a layer as nbdkit does. */
  private static void line(PrintStream out, String layer) {
    out.printf("%s %s%n", layer, Manners.NBDKIT_VERSION);
  }

  /** Get the version that the build wrote into the jar. */
  static String version() {
    return Objects.requireNonNullElse(
        VersionPage.class.getPackage().getImplementationVersion(), "of no release");
  }
}
