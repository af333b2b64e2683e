package nbdj.cli;

import java.io.IOException;
import nbdj.runtime.discovery.Catalog;

/** Serves a plugin until someone asks it to stop. */
final class Serving {
  private Serving() {}

  /** Serve, and get the exit status. */
  static int run(Catalog catalog, Options options) throws IOException {
    options.requirePlugin();
    try (Layers layers = Layers.load(catalog, options)) {
      throw new IOException(layers.plugin().orElseThrow().name() + ": cannot be served");
    }
  }
}
