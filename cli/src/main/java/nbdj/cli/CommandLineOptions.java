package nbdj.cli;

import java.util.List;
import java.util.stream.Stream;
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
                + " the plugin's first parameter; @FILE stands for the words in a file, one a"
                + " line.%n")
        .sortOptions(false)
        .width(88)
        .longOptionsMaxWidth(30)
        .footer(
            "",
            "nbdj listens on TCP port 10809 unless -U or -p says otherwise. Without -i TCP is for"
                + " this machine only; -i 0.0.0.0 or -i :: opens it to others.",
            "A folder given by --plugin-path or NBDJ_PLUGIN_PATH holds plugins/ and filters/, or"
                + " else jars directly. A TIME is a number of seconds, or has a unit: 100ms.",
            "Exit status: 0 after a clean stop, 1 after a failure, 2 for a wrong command;"
                + " with --run that of COMMAND.");
    layers(spec);
    listening(spec);
    clients(spec);
    life(spec);
    messages(spec);
    RefusedOption.all().forEach(refused -> spec.addOption(refused.spec()));
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

  private static void layers(CommandSpec spec) {
    values(spec, "NAME", "Put a filter over the plugin; the first is the outermost.", "--filter");
    value(spec, "NAME", "Serve this plugin.", "--plugin");
    values(spec, "DIR", "Look for plugins and filters in a further folder.", "--plugin-path");
    flag(spec, "Let no client write.", "-r", "--readonly", "--read-only");
  }

  private static void listening(CommandSpec spec) {
    value(spec, "PATH|-", "Listen on a unix socket; - makes a private one.", "-U", "--unix");
    value(spec, "N", "Listen on a TCP port; 0 takes a free one.", "-p", "--port");
    value(spec, "ADDRESS", "Listen on this address.", "-i", "--ipaddr", "--ip-addr");
    flag(spec, "Take only addresses of IPv4.", "-4", "--ipv4-only");
    flag(spec, "Take only addresses of IPv6.", "-6", "--ipv6-only");
    flag(spec, "Serve one connection on standard input and output.", "-s", "--single", "--stdin");
    String[] exportName = {"-e", "--exportname", "--export-name", "--export"};
    value(spec, "NAME", "Name this export in URIs.", exportName);
  }

  private static void clients(CommandSpec spec) {
    value(spec, "N", "Work on up to N requests of a connection at once.", "-t", "--threads");
    value(spec, "MODE", "Encrypt connections: off, on for who asks, or require.", "--tls");
    value(spec, "DIR", "Find certificates and keys in a folder.", "--tls-certificates");
    flag(spec, "Let in only clients with a certificate.", "--tls-verify-peer");
    value(spec, "TIME", "Drop clients whose handshake takes longer: 30s.", "--timeout");
    value(spec, "TIME", "End connections on which nothing is asked.", "--idle-timeout");
    value(spec, "TIME", "Drop clients stuck in a large message: 60s.", "--stall-timeout");
    value(spec, "N", "Turn further clients away: 1000.", "--max-connections");
    value(spec, "N", "Drop clients that send more options: 32.", "--max-options");
    value(spec, "SIZE", "Memory for the large requests of all: 512M.", "--request-memory");
    value(spec, "SIZE", "Memory for those of one connection: half.", "--connection-memory");
    flag(spec, "Have the system find out which TCP clients are gone.", "--keepalive");
    flag(spec, "Offer no structured replies.", "--no-sr", "--no-structured-replies");
    flag(spec, "Offer no meta contexts.", "--no-mc", "--no-meta-contexts");
    value(spec, "N", "Offer only these of the handshake's flags.", "--mask-handshake");
    flag(spec, "Speak the newstyle protocol, as always.", "-n", "--newstyle", "--new-style");
  }

  private static void life(CommandSpec spec) {
    value(
        spec,
        "COMMAND",
        "When ready, run a shell command that finds $uri, $nbd, $unixsocket, $port and"
            + " $exportname set; stop when it ends.",
        "--run");
    flag(spec, "Print the URI to standard output when ready.", "--print-uri");
    String[] pidFile = {"-P", "--pidfile", "--pid-file"};
    value(spec, "FILE", "Write the process id to a file when ready.", pidFile);
    String[] foreground = {"-f", "--foreground", "--no-fork"};
    flag(spec, "Stay in the foreground, as nbdj does unless told.", foreground);
    flag(spec, "Go into the background when ready.", "--background");
    value(
        spec,
        "TIME",
        "Give running requests so long when the server stops: 10 seconds.",
        "--stop-timeout");
    flag(spec, "Stop when the process that started nbdj ends.", "--exit-with-parent");
    value(spec, "PORT", "Serve metrics at http://127.0.0.1:PORT/metrics.", "--metrics");
  }

  private static void messages(CommandSpec spec) {
    flag(spec, "Tell more; twice tells still more.", "-v", "--verbose");
    values(
        spec,
        "NAME.FLAG=N",
        "Tell more of one part: a layer's log=1, or nbdj.chain=2.",
        "-D",
        "--debug");
    value(
        spec,
        "WHERE",
        "Send messages to stderr, syslog, null, or a file by its absolute path.",
        "--log");
    value(spec, "NAME", "Begin messages with this name.", "--name");
    flag(spec, "List the plugins and filters that can be named.", "--list");
    flag(spec, "Describe the plugin as key=value lines.", "--dump-plugin");
    flag(spec, "Describe this nbdj as key=value lines.", "--dump-config");
    flag(spec, "List the options of one letter.", "--short-options");
    flag(spec, "List the options of many letters.", "--long-options");
    flag(spec, "Explain the options, or the parameters of the layers named.", "--help");
    flag(spec, "Print the version.", "-V", "--version");
  }

  /** Get the names of the options that help shows, in order of the alphabet. */
  static Stream<String> names() {
    return spec().options().stream()
        .filter(option -> !option.hidden())
        .flatMap(option -> Stream.of(option.names()))
        .sorted();
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
