package nbdj.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.stream.Stream;
import nbdj.runtime.discovery.Catalog;
import nbdj.runtime.discovery.CatalogEntry;
import nbdj.runtime.discovery.LayerKind;

/** Lists the plugins and filters that can be named, and why others can not. */
final class Listing {
  private Listing() {}

  /** Print a line for each. */
  static void print(PrintStream out, Catalog catalog) {
    List<CatalogEntry> entries = catalog.list();
    int width = entries.stream().mapToInt(entry -> entry.name().length()).max().orElse(1);
    String format = "%%-6s  %%-%ds  %%s%%n".formatted(width);
    for (CatalogEntry entry : entries) {
      out.printf(format, entry.kind(), entry.name(), text(catalog, entry));
    }
  }

  private static String text(Catalog catalog, CatalogEntry entry) {
    if (!entry.usable()) {
      return "unusable: " + entry.remark();
    }
    try {
      return String.join(
          "; ",
          Stream.of(description(catalog, entry), entry.remark())
              .filter(part -> !part.isEmpty())
              .toList());
    } catch (IOException e) {
      return "unusable: " + Sentences.of(e);
    }
  }

  private static String description(Catalog catalog, CatalogEntry entry) throws IOException {
    if (entry.kind() == LayerKind.PLUGIN) {
      try (var plugin = catalog.plugin(entry.name())) {
        return Layers.ask(plugin, plugin.instance()::description);
      }
    }
    try (var filter = catalog.filter(entry.name())) {
      return Layers.ask(filter, filter.instance()::description);
    }
  }
}
