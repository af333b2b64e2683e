package nbdj.cli;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * The options of the command, in the order in which help shows them.
 *
 * <p>Built by calls, not annotations, whose reading by reflection would double the time to start.
 */
final class CommandLineOptions {
  private CommandLineOptions() {}

  static CommandSpec spec() {
    CommandSpec spec = CommandSpec.create().name("nbdj");
    spec.parser().expandAtFiles(false).overwrittenOptionsAllowed(true);
    spec.usageMessage()
        .customSynopsis(
            "nbdj [OPTIONS] PLUGIN [KEY=VALUE...]",
            "       nbdj [OPTIONS] --plugin PLUGIN [KEY=VALUE...]",
            "       nbdj PLUGIN --help")
        .description(
            "%nServe a plugin's exports over NBD, through the filters named. PLUGIN and FILTER are"
                + " names that --list shows, or paths of jars. A word without KEY= is the value of"
                + " the plugin's first parameter.%n")
        .sortOptions(false)
        .width(88)
        .longOptionsMaxWidth(30)
        .footer(
            "",
            "nbdj listens on TCP port 10809 unless -U or -p says otherwise. Without -i TCP is for"
                + " this machine only; -i 0.0.0.0 or -i :: opens it to others.",
            "A folder given by --plugin-path or NBDJ_PLUGIN_PATH holds plugins/ and filters/, or"
                + " else jars directly.",
            "Exit status: 0 after a clean stop, 1 after a failure, 2 for a wrong command;"
                + " with --run that of COMMAND.");
    values(spec, "NAME", "Put a filter over the plugin; the first is the outermost.", "--filter");
    value(spec, "NAME", "Serve this plugin.", "--plugin");
    value(spec, "PATH|-", "Listen on a unix socket; - makes a private one.", "-U", "--unix");
    value(spec, "N", "Listen on a TCP port; 0 takes a free one.", "-p", "--port");
    value(spec, "ADDRESS", "Listen on this address.", "-i", "--ipaddr");
    flag(spec, "Serve one connection on standard input and output.", "-s", "--single", "--stdin");
    flag(spec, "Let no client write.", "-r", "--readonly");
    value(spec, "NAME", "Name this export in URIs.", "-e", "--exportname");
    value(spec, "N", "Work on up to N requests of a connection at once.", "-t", "--threads");
    value(spec, "MODE", "Encrypt connections: off, on for who asks, or require.", "--tls");
    value(spec, "DIR", "Find certificates and keys in a folder.", "--tls-certificates");
    flag(spec, "Let in only clients with a certificate.", "--tls-verify-peer");
    value(spec, "FILE", "Refused: keys shared beforehand are not offered.", "--tls-psk");
    value(spec, "TIME", "Drop clients whose handshake takes longer: 30s.", "--timeout");
    value(spec, "TIME", "End connections on which nothing is asked.", "--idle-timeout");
    value(spec, "TIME", "Drop clients stuck in a large message: 60s.", "--stall-timeout");
    value(spec, "N", "Turn further clients away: 1000.", "--max-connections");
    value(spec, "N", "Drop clients that send more options: 32.", "--max-options");
    value(spec, "SIZE", "Memory for the large requests of all: 512M.", "--request-memory");
    value(spec, "SIZE", "Memory for those of one connection: half.", "--connection-memory");
    value(
        spec,
        "COMMAND",
        "When ready, run a shell command that finds $uri, $nbd, $unixsocket, $port and"
            + " $exportname set; stop when it ends.",
        "--run");
    flag(spec, "Print the URI to standard output when ready.", "--print-uri");
    value(spec, "FILE", "Write the process id to a file when ready.", "-P", "--pidfile");
    flag(spec, "Stay in the foreground, as nbdj always does.", "-f", "--foreground");
    flag(spec, "Tell more on standard error; twice tells still more.", "-v", "--verbose");
    values(spec, "DIR", "Look for plugins and filters in a further folder.", "--plugin-path");
    flag(spec, "List the plugins and filters that can be named.", "--list");
    flag(spec, "Describe the plugin as key=value lines.", "--dump-plugin");
    flag(spec, "Explain the options, or the parameters of the layers named.", "--help");
    flag(spec, "Print the version.", "-V", "--version");
    spec.addPositional(
        PositionalParamSpec.builder()
            .index("0..*")
            .arity("0..*")
            .type(List.class)
            .auxiliaryTypes(String.class)
            .hidden(true)
            .build());
    return spec;
  }

  private static void flag(CommandSpec spec, String help, String... names) {
    spec.addOption(
        OptionSpec.builder(names).arity("0").type(boolean.class).description(help).build());
  }

  private static void value(CommandSpec spec, String label, String help, String... names) {
    spec.addOption(
        OptionSpec.builder(names)
            .arity("1")
            .type(String.class)
            .paramLabel(label)
            .description(help)
            .build());
  }

  private static void values(CommandSpec spec, String label, String help, String... names) {
    spec.addOption(
        OptionSpec.builder(names)
            .arity("1")
            .type(List.class)
            .auxiliaryTypes(String.class)
            .paramLabel(label)
            .description(help)
            .build());
  }
}
