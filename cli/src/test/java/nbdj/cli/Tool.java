package nbdj.cli;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs real clients and the command itself, each to its end.
 *
 * <p>A test that needs a program which is not installed is skipped, with the program's name.
 */
final class Tool {
  /** Longer than anything here takes on a busy machine. */
  static final long PATIENCE_SECONDS = 60;

  /** The system's programs first: its libnbd needs its own Python. */
  private static final String PATH =
      "/usr/bin:/bin:/usr/sbin:/sbin:" + System.getenv().getOrDefault("PATH", "");

  /**
   * What has a command listen to signals that this process may have been started to ignore, as in
   * the background of a script. Empty where {@code env} cannot do that.
   */
  private static final List<String> LISTENING = listening();

  private Tool() {}

  private static List<String> listening() {
    List<String> env = List.of("env", "--default-signal=HUP,INT,TERM");
    try {
      ProcessBuilder trial = new ProcessBuilder(env).redirectErrorStream(true);
      Process process = trial.start();
      process.getInputStream().transferTo(OutputStream.nullOutputStream());
      return process.waitFor() == 0 ? env : List.of();
    } catch (IOException e) {
      return List.of();
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted while asking env", e);
    }
  }

  /** Run a program that the test needs. */
  static Outcome run(Object... command) throws IOException, InterruptedException {
    require(command[0].toString());
    ProcessBuilder builder = new ProcessBuilder(words(command));
    builder.environment().put("PATH", PATH);
    builder.environment().put("NBDJ_JAVA_HOME", System.getProperty("java.home"));
    return run(builder);
  }

  /** Run a script of the libnbd shell, in which {@code uri} is set. */
  static Outcome nbdsh(String uri, String script) throws IOException, InterruptedException {
    return run("nbdsh", "-c", "uri = '%s'".formatted(uri), "-c", script);
  }

  /** Run the command {@code nbdj} of the distribution to its end. */
  static Outcome nbdj(Object... words) throws IOException, InterruptedException {
    return run(nbdjBuilder(words));
  }

  /** Prepare to run the command {@code nbdj} of the distribution. */
  static ProcessBuilder nbdjBuilder(Object... words) {
    List<String> command = new ArrayList<>(LISTENING);
    command.add(launcher().toString());
    command.addAll(words(words));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeAll(List.of("NBDJ_OPTS", "NBDJ_PLUGIN_PATH"));
    builder.environment().put("NBDJ_JAVA_HOME", System.getProperty("java.home"));
    return builder;
  }

  /** Prepare to run a script of the shell, which gets words as {@code $1} and so on. */
  static ProcessBuilder shell(String script, Object... words) {
    List<String> command = new ArrayList<>(LISTENING);
    command.addAll(List.of("/bin/sh", "-c", script, "sh"));
    command.addAll(words(words));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeAll(List.of("NBDJ_OPTS", "NBDJ_PLUGIN_PATH"));
    builder.environment().put("NBDJ_JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("PATH", PATH);
    return builder;
  }

  /** Get the script that starts nbdj. */
  static Path launcher() {
    return distribution().resolve("bin/nbdj");
  }

  /** Get the folder of the distribution under test. */
  static Path distribution() {
    String folder = System.getProperty("nbdj.dist");
    return folder == null ? fail("run by failsafe, which sets nbdj.dist") : Path.of(folder);
  }

  /** Run a prepared process to its end; its standard input is empty unless set. */
  static Outcome run(ProcessBuilder builder) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("nbdj-tool");
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    try {
      if (builder.redirectInput().type() == ProcessBuilder.Redirect.Type.PIPE) {
        builder.redirectInput(new File("/dev/null"));
      }
      Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
      boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (!ended) {
        process.destroyForcibly().waitFor();
      }
      Outcome outcome =
          new Outcome(
              String.join(" ", builder.command()),
              process.exitValue(),
              Files.readString(out),
              Files.readString(err));
      return ended ? outcome : fail("still running after a minute: " + outcome);
    } finally {
      Files.deleteIfExists(out);
      Files.deleteIfExists(err);
      Files.delete(folder);
    }
  }

  /** Skip the test if a program is not installed. */
  static void require(String program) {
    boolean found =
        Arrays.stream(PATH.split(File.pathSeparator, -1))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder).resolve(program)));
    assumeTrue(found, () -> program + " is not installed");
  }

  private static List<String> words(Object... words) {
    return Arrays.stream(words).map(Object::toString).toList();
  }
}
