package nbdj.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.event.Level;

/**
 * Where the command tells what happens, as a person reads it: each line begins with the name of the
 * command. There is one for the process. For any thread.
 */
final class Console {
  private static volatile Logging logging =
      new Logging(Manners.NBDJ.program(), 0, Map.of(), "default");

  private static volatile LogSink sink = LogSink.standardError();

  private static volatile LogLevels levels = LogLevels.of(logging);

  /** The plugin, which lines about a connection name; {@code ""} as long as there is none. */
  private static volatile String plugin = "";

  private Console() {}

  /**
   * Tell what happens as the command says, from now on.
   *
   * @throws UsageException if there is no such place to tell it
   * @throws IOException if that place does not work
   */
  static void open(Logging said) throws IOException {
    logging = said;
    levels = LogLevels.of(said);
    sink = LogSink.of(said);
  }

  /** Name the plugin in lines about connections. */
  static void serve(String name) {
    plugin = name;
  }

  /** Go on where messages of a process go that has no standard error any more. */
  static void enterBackground() {
    if (logging.destination().equals("default")) {
      sink = LogSink.inBackground(logging.name());
    }
  }

  static LogLevels levels() {
    return levels;
  }

  static String plugin() {
    return plugin;
  }

  /** Write a line for a person who waits for the server. */
  static void say(String line) {
    write(Level.INFO, line, "");
  }

  /** Write a line and, below it, lines as they are. */
  static void write(Level level, String line, String more) {
    sink.write(level, logging.name() + ": " + printable(line), more);
  }

  /**
   * Write why the command fails: to standard error too, whatever was said about the log, as long as
   * whoever started it may be looking.
   */
  static void fail(String line, String more) {
    LogSink chosen = sink;
    write(Level.ERROR, line, more);
    if (!chosen.isStandardError()) {
      LogSink.standardError().write(Level.ERROR, logging.name() + ": " + printable(line), more);
    }
  }

  /**
   * Make characters harmless that would begin a line, move the cursor or hide what follows: control
   * characters, whatever formats or separates, and halves of characters.
   */
  static String printable(String text) {
    if (text.chars().allMatch(c -> c >= ' ' && c < 0x7f)) {
      return text;
    }
    StringBuilder harmless = new StringBuilder();
    text.codePoints()
        .forEach(c -> {
          if (c == '\n' || c == '\t') {
            harmless.append(' ');
          } else if (Character.isISOControl(c)) {
            harmless.append("\\x%02x".formatted(c));
          } else if (isTreacherous(c)) {
            harmless.append("\\u{%x}".formatted(c));
          } else {
            harmless.appendCodePoint(c);
          }
        });
    return harmless.toString();
  }

  private static boolean isTreacherous(int c) {
    return switch (Character.getType(c)) {
      case Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          true;
      default -> false;
    };
  }

  /**
   * Write out where an exception comes from. No line begins as those of the command do, though a
   * message may repeat what a client has sent.
   */
  static String trace(Throwable thrown) {
    StringWriter trace = new StringWriter();
    thrown.printStackTrace(new PrintWriter(trace));
    return trace
        .toString()
        .lines()
        .map(line ->
            line.startsWith("\t") ? "\t" + printable(line.substring(1)) : "  " + printable(line))
        .collect(Collectors.joining("\n", "", "\n"));
  }
}
