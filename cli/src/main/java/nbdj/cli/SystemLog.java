package nbdj.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;
import org.slf4j.event.Level;

/**
 * The log of the system: syslogd, or what stands in for it, at {@value #SOCKET}.
 *
 * @param name what the lines begin with, which the log has in a field of its own
 */
record SystemLog(String name) implements LogSink {
  static final String SOCKET = "/dev/log";

  /** The facility of servers, as part of a priority. */
  private static final int DAEMON = 3 << 3;

  /** The longest message, in bytes: what every syslogd takes. */
  private static final int LONGEST = 1024;

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("MMM ppd HH:mm:ss", Locale.ROOT);

  @Override
  public void write(Level level, String line, String more) {
    send(level, line.startsWith(name + ": ") ? line.substring(name.length() + 2) : line);
    more.lines().forEach(below -> send(level, below));
  }

  private void send(Level level, String text) {
    byte[] message =
        message(
            level, text, LocalDateTime.now(ZoneId.systemDefault()), ProcessHandle.current().pid());
    try {
      Libc.send(SOCKET, message);
    } catch (IOException e) {
      LogSink.standardError().write(level, "%s: %s (%s)".formatted(name, text, e.getMessage()), "");
    }
  }

  /** Make a message in the form of RFC 3164, as the C library does. */
  byte[] message(Level level, String text, LocalDateTime now, long pid) {
    String head =
        "<%d>%s %s[%d]: ".formatted(DAEMON | severity(level), TIME.format(now), name, pid);
    byte[] all = (head + text).getBytes(StandardCharsets.UTF_8);
    if (all.length <= LONGEST) {
      return all;
    }
    int end = LONGEST;
    // Not in the middle of a character.
    while ((all[end] & 0xc0) == 0x80) {
      end--;
    }
    return Arrays.copyOf(all, end);
  }

  private static int severity(Level level) {
    return switch (level) {
      case ERROR -> 3;
      case WARN -> 4;
      case INFO -> 6;
      case DEBUG, TRACE -> 7;
    };
  }
}
