package nbdj.script;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticListener;
import javax.tools.JavaFileObject;
import nbdj.api.ConfigException;

/**
 * Collects what the compiler says, in the form that {@code javac} gives it: file, line, message,
 * the line itself and a caret below the place.
 *
 * <p>Used by one thread.
 */
final class CompilerMessages implements DiagnosticListener<JavaFileObject> {
  private final Source source;

  /** How many characters the compiler sees in front of the source, all on its first line. */
  private final int inFront;

  private final List<String> errors = new ArrayList<>();
  private final List<String> others = new ArrayList<>();

  CompilerMessages(Source source, int inFront) {
    this.source = source;
    this.inFront = inFront;
  }

  @Override
  public void report(Diagnostic<? extends JavaFileObject> message) {
    if (message.getKind() == Diagnostic.Kind.ERROR) {
      errors.add(text("error: ", message));
    } else {
      boolean note = message.getKind() == Diagnostic.Kind.NOTE;
      others.add(text(note ? "note: " : "warning: ", message));
    }
  }

  /** Get the warnings and notes, each of several lines. */
  List<String> warnings() {
    return List.copyOf(others);
  }

  /**
   * Do nothing if there is no error so far.
   *
   * @throws ConfigException with all errors, each in lines of its own
   */
  void throwErrors() throws ConfigException {
    if (!errors.isEmpty()) {
      String count = errors.size() == 1 ? "1 error" : errors.size() + " errors";
      throw new ConfigException(
          "does not compile: %s\n%s".formatted(count, String.join("\n", errors)));
    }
  }

  private String text(String kind, Diagnostic<? extends JavaFileObject> message) {
    List<String> said = readable(message.getMessage(Locale.ENGLISH)).lines().toList();
    if (message.getPosition() == Diagnostic.NOPOS) {
      return kind + String.join("\n", said);
    }
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s:%d: %s%s".formatted(source.name(), message.getLineNumber(), kind, said.getFirst()));
    String line = source.line(message.getLineNumber());
    lines.add(printable(line));
    lines.add(" ".repeat(column(message, line)) + "^");
    lines.addAll(said.subList(1, said.size()));
    return String.join("\n", lines);
  }

  /** Leave out what a person would not write either. */
  private static String readable(String said) {
    return said.replaceAll("\\bjava\\.lang\\.(?=\\p{Upper})", "");
  }

  /** Get how many characters of the line are in front of the place. */
  private int column(Diagnostic<? extends JavaFileObject> message, String line) {
    long place = Math.max(0, message.getPosition() - inFront);
    int at = (int) Math.min(place, source.text().length());
    String before = source.text().substring(0, at);
    int start = Math.max(before.lastIndexOf('\n'), before.lastIndexOf('\r')) + 1;
    return Math.min(at - start, line.length());
  }

  /** Make each character one column wide, so that the caret is where it should be. */
  private static String printable(String line) {
    StringBuilder text = new StringBuilder(line.length());
    line.chars().forEach(c -> text.append(Character.isISOControl(c) ? ' ' : (char) c));
    return text.toString();
  }
}
