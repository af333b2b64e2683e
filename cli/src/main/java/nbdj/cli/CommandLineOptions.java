package nbdj.cli;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The options of the command, in the order in which help shows them. */
final class CommandLineOptions {
  private static final List<Option> ALL = make();

  private CommandLineOptions() {}

  /** Get all options, those that are refused among them. */
  static List<Option> all() {
    return ALL;
  }

  private static List<Option> make() {
    List<Option> all = new ArrayList<>();
    layers(all);
    listening(all);
    clients(all);
    life(all);
    messages(all);
    RefusedOption.all().forEach(refused -> all.add(refused.option()));
    return Collections.unmodifiableList(all);
  }

  /** Describe them to picocli. */
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
    ALL.forEach(option -> spec.addOption(option.spec()));
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

  private static void layers(List<Option> all) {
    values(all, "NAME", "Put a filter over the plugin; the first is the outermost.", "--filter");
    value(all, "NAME", "Serve this plugin.", "--plugin");
    values(all, "DIR", "Look for plugins and filters in a further folder.", "--plugin-path");
    flag(all, "Let no client write.", "-r", "--readonly", "--read-only");
  }

  private static void listening(List<Option> all) {
    value(all, "PATH|-", "Listen on a unix socket; - makes a private one.", "-U", "--unix");
    value(all, "N", "Listen on a TCP port; 0 takes a free one.", "-p", "--port");
    value(all, "ADDRESS", "Listen on this address.", "-i", "--ipaddr", "--ip-addr");
    flag(all, "Take only addresses of IPv4.", "-4", "--ipv4-only");
    flag(all, "Take only addresses of IPv6.", "-6", "--ipv6-only");
    flag(all, "Serve one connection on standard input and output.", "-s", "--single", "--stdin");
    String[] exportName = {"-e", "--exportname", "--export-name", "--export"};
    value(all, "NAME", "Name this export in URIs.", exportName);
  }

  private static void clients(List<Option> all) {
    value(all, "N", "Work on up to N requests of a connection at once.", "-t", "--threads");
    value(all, "MODE", "Encrypt connections: off, on for who asks, or require.", "--tls");
    value(all, "DIR", "Find certificates and keys in a folder.", "--tls-certificates");
    flag(all, "Let in only clients with a certificate.", "--tls-verify-peer");
    value(all, "TIME", "Drop clients whose handshake takes longer: 30s.", "--timeout");
    value(all, "TIME", "End connections on which nothing is asked.", "--idle-timeout");
    value(all, "TIME", "Drop clients stuck in a large message: 60s.", "--stall-timeout");
    value(all, "N", "Turn further clients away: 1000.", "--max-connections");
    value(all, "N", "Drop clients that send more options: 32.", "--max-options");
    value(all, "SIZE", "Memory for the large requests of all: 512M.", "--request-memory");
    value(all, "SIZE", "Memory for those of one connection: half.", "--connection-memory");
    flag(all, "Have the system find out which TCP clients are gone.", "--keepalive");
    flag(all, "Offer no structured replies.", "--no-sr", "--no-structured-replies");
    flag(all, "Offer no meta contexts.", "--no-mc", "--no-meta-contexts");
    value(all, "N", "Offer only these of the handshake's flags.", "--mask-handshake");
    flag(all, "Speak the newstyle protocol, as always.", "-n", "--newstyle", "--new-style");
  }

  private static void life(List<Option> all) {
    value(
        all,
        "COMMAND",
        "When ready, run a shell command that finds $uri, $nbd, $unixsocket, $port and"
            + " $exportname set; stop when it ends.",
        "--run");
    flag(all, "Print the URI to standard output when ready.", "--print-uri");
    String[] pidFile = {"-P", "--pidfile", "--pid-file"};
    value(all, "FILE", "Write the process id to a file when ready.", pidFile);
    String[] foreground = {"-f", "--foreground", "--no-fork"};
    flag(all, "Stay in the foreground, as nbdj does unless told.", foreground);
    flag(all, "Go into the background when ready.", "--background");
    value(
        all,
        "TIME",
        "Give running requests so long when the server stops: 10 seconds.",
        "--stop-timeout");
    flag(all, "Stop when the process that started nbdj ends.", "--exit-with-parent");
    value(all, "PORT", "Serve metrics at http://127.0.0.1:PORT/metrics.", "--metrics");
  }

  private static void messages(List<Option> all) {
    flag(all, "Tell more; twice tells still more.", "-v", "--verbose");
    values(
        all,
        "NAME.FLAG=N",
        "Tell more of one part: a layer's log=1, or nbdj.chain=2.",
        "-D",
        "--debug");
    value(
        all,
        "WHERE",
        "Send messages to stderr, syslog, null, or a file by its absolute path.",
        "--log");
    value(all, "NAME", "Begin messages with this name.", "--name");
    flag(all, "List the plugins and filters that can be named.", "--list");
    flag(all, "Describe the plugin as key=value lines.", "--dump-plugin");
    flag(all, "Describe this nbdj as key=value lines.", "--dump-config");
    flag(all, "List the options of one letter.", "--short-options");
    flag(all, "List the options of many letters.", "--long-options");
    flag(all, "Explain the options, or the parameters of the layers named.", "--help");
    flag(all, "Print the version.", "-V", "--version");
  }

  /** Get the names of the options that help shows, in order of the alphabet. */
  static Stream<String> names() {
    return ALL.stream()
        .filter(option -> !option.hidden())
        .flatMap(option -> option.names().stream())
        .sorted();
  }

  private static void flag(List<Option> all, String help, String... names) {
    all.add(new Option(List.of(names), "", false, false, help));
  }

  private static void value(List<Option> all, String label, String help, String... names) {
    all.add(new Option(List.of(names), label, false, false, help));
  }

  private static void values(List<Option> all, String label, String help, String... names) {
    all.add(new Option(List.of(names), label, true, false, help));
  }
}
