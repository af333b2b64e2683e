package nbdj.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/** Standard error, as a person reads it: each line begins with the name of the command. */
final class Console {
  private Console() {}

  /** Write a line. Control characters, which may come from a client, are made harmless. */
  static void error(String line) {
    error(line, "");
  }

  /** Write a line and, below it, lines as they are. */
  static void error(String line, String more) {
    StringBuilder text = new StringBuilder("nbdj: ");
    line.codePoints()
        .forEach(c -> {
          if (Character.isISOControl(c)) {
            text.append(c == '\n' || c == '\t' ? " " : "\\x%02x".formatted(c));
          } else {
            text.appendCodePoint(c);
          }
        });
    System.err.print(text.append(System.lineSeparator()).append(more));
    System.err.flush();
  }

  /** Write out where an exception comes from. */
  static String trace(Throwable thrown) {
    StringWriter trace = new StringWriter();
    thrown.printStackTrace(new PrintWriter(trace));
    return trace.toString();
  }
}
