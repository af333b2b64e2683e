package nbdj.log;

import java.io.IOException;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a shell command for each event, whose fields are the command's variables, and waits for its
 * end. What the command prints goes where the server's messages go.
 */
final class LogScript implements EventSink {
  private static final Logger log = LoggerFactory.getLogger(LogScript.class);

  private final String command;

  LogScript(String command) {
    this.command = command;
  }

  @Override
  public void accept(Event event) {
    // Standard output may be a client's: -s serves one there.
    ProcessBuilder builder =
        new ProcessBuilder("/bin/sh", "-c", "exec 1>&2\n" + command)
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    Map<String, String> variables = builder.environment();
    variables.put("act", event.action());
    variables.put("type", event.type().name());
    // A variable of this name that the server was started with says nothing about the event.
    for (String name : new String[] {"connection", "id", "error", "return"}) {
      variables.remove(name);
    }
    if (event.connection() > 0) {
      variables.put("connection", Long.toString(event.connection()));
    }
    if (event.id() > 0) {
      variables.put("id", Long.toString(event.id()));
    }
    for (Fields.Field field : event.fields().all()) {
      variables.put(field.name(), field.value());
    }
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      process.getInputStream().close();
      process.waitFor();
    } catch (IOException e) {
      log.error("logscript: cannot run the shell", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {}
}
