package nbdj.exportname;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import nbdj.api.Export;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A shell command that prints the description of the export named by {@code $name}.
 *
 * <p>A command that fails, says too much or takes too long describes nothing: a client gets its
 * export all the same. Safe for use by many threads.
 */
final class DescribingCommand {
  private static final Logger log = LoggerFactory.getLogger(DescribingCommand.class);

  /** How long a command may take, in seconds: a client waits for it. */
  private static final long PATIENCE = 5;

  private final String command;

  DescribingCommand(String command) {
    this.command = command;
  }

  Optional<String> describe(String name) {
    try {
      return Optional.of(run(name));
    } catch (IOException e) {
      log.error("exportdesc=script: no description of '{}': {}", name, e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Optional.empty();
  }

  private String run(String name) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder("/bin/sh", "-c", command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("name", name);
    Process process = builder.start();
    try {
      process.getOutputStream().close();
      FutureTask<String> output = new FutureTask<>(() -> read(process));
      // On a thread of its own: what the command leaves running may hold its output open for ever.
      Thread.ofPlatform().daemon().name("nbdj-exportdesc").start(output);
      String text = output.get(PATIENCE, TimeUnit.SECONDS);
      if (text.indexOf('\0') >= 0) {
        throw new IOException("the command printed NUL");
      }
      return text;
    } catch (TimeoutException e) {
      throw new IOException("the command took more than %d seconds".formatted(PATIENCE), e);
    } catch (ExecutionException e) {
      throw new IOException("the command failed: " + e.getCause(), e);
    } finally {
      process.destroyForcibly();
    }
  }

  /** Get what the command prints, without the line feed at its end. */
  private static String read(Process process) throws IOException, InterruptedException {
    InputStream output = process.getInputStream();
    byte[] bytes = output.readNBytes(Export.MAX_STRING + 1);
    if (bytes.length > Export.MAX_STRING) {
      throw new IOException("the command printed more than %d bytes".formatted(Export.MAX_STRING));
    }
    int status = process.waitFor();
    if (status != 0) {
      throw new IOException("the command ended with " + status);
    }
    return new String(bytes, UTF_8).stripTrailing();
  }
}
