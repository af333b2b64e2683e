package nbdj.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/** Writes a line for each event: when it was, in which connection, and what. */
final class LogFile implements EventSink {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS");

  private final Output output;

  LogFile(Output output) {
    this.output = output;
  }

  @Override
  public void accept(Event event) {
    String line = TIME.format(LocalDateTime.now(ZoneId.systemDefault())) + " " + text(event) + "\n";
    output.append(ByteBuffer.wrap(line.getBytes(UTF_8)));
  }

  /** Write an event as a line has it behind the time. */
  static String text(Event event) {
    StringBuilder line = new StringBuilder();
    if (event.connection() > 0) {
      line.append("connection=").append(event.connection()).append(' ');
    }
    if (event.type() == Event.Type.LEAVE) {
      line.append("...");
    }
    line.append(event.action());
    if (event.id() > 0) {
      line.append(" id=").append(event.id());
    }
    if (!event.fields().all().isEmpty()) {
      line.append(' ').append(event.fields());
    }
    if (event.type() == Event.Type.ENTER) {
      line.append(" ...");
    }
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    output.close();
  }
}
