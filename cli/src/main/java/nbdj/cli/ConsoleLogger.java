package nbdj.cli;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/**
 * Writes what is logged to the console, a line each: {@code nbdj: memory[3]: warning: message:
 * cause}, where {@code memory} is the layer whose code runs, or else the plugin, and 3 the number
 * of the connection; lines about no connection have no such part.
 *
 * <p>Traces of exceptions are shown only when everything is. Safe for use by many threads: a line
 * is one write.
 */
final class ConsoleLogger extends LegacyAbstractLogger {
  private static final long serialVersionUID = 1;

  /** The least level shown. */
  private final Level least;

  ConsoleLogger(String name, Level least) {
    this.name = name;
    this.least = least;
  }

  @Override
  public boolean isTraceEnabled() {
    return shows(Level.TRACE);
  }

  @Override
  public boolean isDebugEnabled() {
    return shows(Level.DEBUG);
  }

  @Override
  public boolean isInfoEnabled() {
    return shows(Level.INFO);
  }

  @Override
  public boolean isWarnEnabled() {
    return shows(Level.WARN);
  }

  @Override
  public boolean isErrorEnabled() {
    return shows(Level.ERROR);
  }

  private boolean shows(Level level) {
    return level.toInt() >= least.toInt();
  }

  @Override
  protected @Nullable String getFullyQualifiedCallerName() {
    return null;
  }

  @Override
  protected void handleNormalizedLoggingCall(
      Level level,
      @Nullable Marker marker,
      @Nullable String pattern,
      Object @Nullable [] arguments,
      @Nullable Throwable thrown) {
    String part = part();
    StringBuilder line = new StringBuilder(part);
    switch (level) {
      case ERROR -> line.append("error: ");
      case WARN -> line.append("warning: ");
      case INFO -> {}
      case DEBUG, TRACE ->
          line.append(level.name().toLowerCase(Locale.ROOT))
              .append(": ")
              .append(Thread.currentThread().getName())
              .append(": ");
    }
    line.append(MessageFormatter.basicArrayFormat(pattern, arguments));
    if (thrown != null) {
      line.append(": ").append(Sentences.of(thrown));
    }
    Console.write(
        level, line.toString(), thrown != null && shows(Level.DEBUG) ? Console.trace(thrown) : "");
  }

  /** Tell whose line it is: {@code memory[3]: }. */
  private static String part() {
    Optional<String> layer = LogContext.layer();
    String connection = MDC.get(LogContext.CONNECTION);
    if (connection != null) {
      return "%s[%s]: ".formatted(layer.orElse(Console.plugin()), connection);
    }
    return layer.isPresent() ? layer.get() + ": " : "";
  }
}
