package nbdj.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import nbdj.api.Nbdj;
import nbdj.api.Parameter;
import nbdj.api.Plugin;
import nbdj.api.ThreadModel;
import nbdj.runtime.chain.Chain;
import nbdj.runtime.discovery.Catalog;
import nbdj.runtime.discovery.LoadedLayer;

/**
 * Describes the plugin, configured as far as the command says, as {@code key=value} lines for
 * programs.
 *
 * <p>What filters say of themselves and of what lies below them has their name in front: {@code
 * filter.ext2.key=value}. For the latter the layers below are started, read-only, if a filter looks
 * at them.
 */
final class DumpPage {
  private final PrintStream out;

  private DumpPage(PrintStream out) {
    this.out = out;
  }

  /** Print the lines. Nothing is printed if a parameter cannot be. */
  static void print(PrintStream out, Catalog catalog, Options options) throws IOException {
    options.requirePlugin();
    try (Layers layers = Layers.load(catalog, options)) {
      LoadedLayer<Plugin> plugin = layers.plugin().orElseThrow();
      // A look at what lies below must change nothing there.
      Chain chain = layers.chain(true);
      try {
        Layers.configure(chain, options.settings());
        new DumpPage(out).print(layers, plugin, chain);
      } finally {
        chain.stop();
      }
    }
  }

  private void print(Layers layers, LoadedLayer<Plugin> plugin, Chain chain) throws IOException {
    SequencedMap<String, Map<String, String>> dump = chain.dump();
    Map<String, Map<String, String>> found = chain.inspect();
    ThreadModel model = chain.describeModel();
    line("name", plugin.name());
    line("path", plugin.path().toAbsolutePath().normalize().toString());
    line("description", Layers.ask(plugin, plugin.instance()::description));
    line("api_version", Nbdj.describe(Nbdj.apiVersion()));
    line("thread_model", model.name().toLowerCase(Locale.ROOT));
    parameters("", Layers.ask(plugin, plugin.instance()::parameters));
    for (var filter : layers.filters()) {
      String prefix = "filter.%s.".formatted(filter.name());
      line(prefix + "path", filter.path().toAbsolutePath().normalize().toString());
      parameters(prefix, Layers.ask(filter, filter.instance()::parameters));
    }
    // The plugin comes first.
    dump.pollFirstEntry().getValue().forEach(this::line);
    dump.forEach((name, lines) -> {
      BiConsumer<String, String> print =
          (key, value) -> line("filter.%s.%s".formatted(name, key), value);
      lines.forEach(print);
      found.getOrDefault(name, Map.of()).forEach(print);
    });
  }

  private void parameters(String prefix, List<Parameter> parameters) {
    line(
        prefix + "parameters",
        parameters.stream().map(Parameter::name).collect(Collectors.joining(",")));
    for (Parameter parameter : parameters) {
      String key = "%sparameter.%s.".formatted(prefix, parameter.name());
      line(key + "type", parameter.type().name().toLowerCase(Locale.ROOT));
      line(key + "required", String.valueOf(parameter.isRequired()));
      line(key + "help", parameter.help());
      if (parameter.isMagic()) {
        line(key + "magic", "true");
      }
      if (!parameter.choices().isEmpty()) {
        line(key + "choices", String.join(",", parameter.choices()));
      }
      if (!parameter.defaultValue().isEmpty()) {
        line(key + "default", parameter.defaultValue());
      }
    }
  }

  private void line(String key, String value) {
    out.printf("%s=%s%n", key, value.replaceAll("\\R", " "));
  }
}
