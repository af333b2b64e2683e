package nbdj.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.event.Level;

/** A place for lines about what happens. For any thread; a line is one write. */
interface LogSink {
  /**
   * Write a line.
   *
   * @param line what happened, without an end of line
   * @param more lines that follow it, each with its end; {@code ""} for none
   */
  void write(Level level, String line, String more);

  /** Tell whether this is standard error. */
  default boolean isStandardError() {
    return false;
  }

  /** Get the place that a command names. */
  static LogSink of(Logging logging) throws IOException {
    String destination = logging.destination();
    return switch (destination) {
      case "default", "stderr" -> standardError();
      case "null" -> (level, line, more) -> {};
      case "syslog" -> new SystemLog(logging.name());
      default -> {
        if (!destination.startsWith("/")) {
          throw new UsageException(
              "--log %s: must be stderr, syslog, null or a path that begins with /"
                  .formatted(destination));
        }
        yield file(OptionValues.path("--log", destination));
      }
    };
  }

  /** Get the standard error, as it is when something is written. */
  static LogSink standardError() {
    return new LogSink() {
      @Override
      public void write(Level level, String line, String more) {
        System.err.print(line + System.lineSeparator() + more);
        System.err.flush();
      }

      @Override
      public boolean isStandardError() {
        return true;
      }
    };
  }

  /** Get the place for a process without standard error: the system's log, if there is one. */
  static LogSink inBackground(String name) {
    return Files.exists(Path.of(SystemLog.SOCKET))
        ? new SystemLog(name)
        : (level, line, more) -> {};
  }

  /** Append to a file. */
  private static LogSink file(Path path) throws IOException {
    FileChannel file;
    try {
      file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new IOException("--log: cannot open: " + Sentences.of(e), e);
    }
    return (level, line, more) -> {
      ByteBuffer text = StandardCharsets.UTF_8.encode(line + "\n" + more);
      try {
        while (text.hasRemaining()) {
          file.write(text);
        }
      } catch (IOException e) {
        // A full disk must not stop the server; standard error is all that is left.
        standardError().write(level, line + " (not in " + path + ": " + e.getMessage() + ")", more);
      }
    };
  }
}
