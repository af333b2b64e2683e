package nbdj.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import nbdj.api.ConfigException;

/** The command. Its first station is {@link CommandLineReader}, its longest {@link Serving}. */
public final class Main {
  private Main() {}

  /** Run the command and end the process: 0 for success, 1 for failure, 2 for a wrong command. */
  public static void main(String... words) {
    System.exit(new Main().run(words));
  }

  private int run(String... words) {
    // Without the first slf4j searches all jars, and without the second it says that it does not.
    System.setProperty("slf4j.provider", ConsoleLoggerProvider.class.getName());
    System.setProperty("slf4j.internal.verbosity", "WARN");
    Manners manners = Manners.ofThisProcess();
    int verbosity = 0;
    try {
      CommandLineReader reader = CommandLineReader.parse(words);
      Logging logging = reader.logging(manners);
      verbosity = logging.verbosity();
      Console.open(logging);
      Options options = reader.options(activated(), manners);
      LogLevels.check(logging, options.layerNames());
      return carryOut(options);
    } catch (UsageException | ConfigException e) {
      return fail(manners.wrongCommand(), e, verbosity);
    } catch (IOException | RuntimeException | Error e) {
      return fail(1, e, verbosity);
    }
  }

  private static int carryOut(Options options) throws IOException {
    Folders folders = Folders.of(options.pluginPath(), System.getenv());
    if (options.plugin().isPresent()) {
      PluginWord.check(options.plugin().get(), folders.plugins());
    }
    PrintStream out = System.out;
    switch (options.action()) {
      case HELP -> HelpPage.print(out, folders.catalog(), options);
      case VERSION -> VersionPage.print(out, folders.catalog(), options);
      case LIST -> Listing.print(out, folders.catalog());
      case DUMP -> DumpPage.print(out, folders.catalog(), options);
      case CONFIG -> ConfigPage.print(out, folders);
      case SHORT_OPTIONS -> printNames(out, name -> !name.startsWith("--"));
      case LONG_OPTIONS -> printNames(out, name -> name.startsWith("--"));
      case SERVE -> {
        return Serving.run(folders, options);
      }
    }
    return 0;
  }

  /** How many sockets the launcher found to be meant for this process. */
  private static OptionalInt activated() throws UsageException {
    String sockets = System.getProperty("nbdj.listenFds");
    if (sockets == null) {
      return OptionalInt.empty();
    }
    try {
      return OptionalInt.of(Integer.parseInt(sockets));
    } catch (NumberFormatException e) {
      throw new UsageException("LISTEN_FDS=%s: not a number".formatted(sockets), e);
    }
  }

  private static void printNames(PrintStream out, Predicate<String> which) {
    CommandLineOptions.names().filter(which).forEach(out::println);
  }

  private static int fail(int status, Throwable failure, int verbosity) {
    // What stands below the sentence may be meant for editors: it gets nothing in front.
    String[] lines = Sentences.of(failure).split("\n", 2);
    String more = lines.length > 1 ? lines[1] + System.lineSeparator() : "";
    Console.fail(lines[0], verbosity > 0 ? more + Console.trace(failure) : more);
    Optional<Background> background = Background.ofThisProcess();
    if (background.isPresent()) {
      try {
        background.get().end(status);
      } catch (IOException e) {
        Console.fail("cannot tell the launcher: " + Sentences.of(e), "");
      }
    }
    return status;
  }
}
