package nbdj.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import nbdj.api.Parameter;
import nbdj.runtime.chain.Chain;
import nbdj.runtime.discovery.Catalog;
import nbdj.runtime.discovery.LoadedLayer;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** Explains the options or, where a command names layers, their parameters. */
final class HelpPage {
  private HelpPage() {}

  /** Print the page that the options ask for. */
  static void print(PrintStream out, Catalog catalog, Options options) throws IOException {
    if (options.plugin().isEmpty() && options.filters().isEmpty()) {
      new CommandLine(CommandLineOptions.spec()).usage(out, Ansi.OFF);
      return;
    }
    try (Layers layers = Layers.load(catalog, options)) {
      if (options.settings().isEmpty()) {
        print(out, layers);
        return;
      }
      // A layer may take more once it was given something: see rule P-9 of Parameter.
      Chain chain = layers.chain(options.readOnly());
      try {
        Layers.configure(chain, options.settings());
      } finally {
        // Also where a parameter was refused: the page tells what would be right.
        try {
          print(out, layers);
        } finally {
          chain.stop();
        }
      }
    }
  }

  private static void print(PrintStream out, Layers layers) throws IOException {
    for (var filter : layers.filters()) {
      print(
          out,
          "filter",
          filter,
          Layers.ask(filter, filter.instance()::description),
          Layers.ask(filter, filter.instance()::parameters));
    }
    if (layers.plugin().isPresent()) {
      var plugin = layers.plugin().get();
      print(
          out,
          "plugin",
          plugin,
          Layers.ask(plugin, plugin.instance()::description),
          Layers.ask(plugin, plugin.instance()::parameters));
    }
  }

  private static void print(
      PrintStream out,
      String kind,
      LoadedLayer<?> layer,
      String description,
      List<Parameter> parameters) {
    out.printf("%s %s%s%n", kind, layer.name(), description.isEmpty() ? "" : ": " + description);
    if (parameters.isEmpty()) {
      out.printf("  It takes no parameters.%n");
    }
    for (Parameter parameter : parameters) {
      out.printf("  %s=%s%n", parameter.name(), value(parameter));
      out.printf("      %s%n", explain(parameter));
    }
  }

  private static String value(Parameter parameter) {
    return parameter.type() == Parameter.Type.CHOICE
        ? String.join("|", parameter.choices())
        : "<" + parameter.type().name().toUpperCase(Locale.ROOT) + ">";
  }

  private static String explain(Parameter parameter) {
    StringBuilder text = new StringBuilder(parameter.help());
    if (parameter.isRequired()) {
      text.append(" Required.");
    }
    if (!parameter.defaultValue().isEmpty()) {
      text.append(" Default: ").append(parameter.defaultValue()).append('.');
    }
    if (parameter.isRepeatable()) {
      text.append(" May be repeated.");
    }
    if (parameter.isMagic()) {
      text.append(" ").append(parameter.name()).append("= may be left out.");
    }
    return text.toString();
  }
}
