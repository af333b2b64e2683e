package nbdj.ext4;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** Runs the programs of e2fsprogs, which make the images and judge them. */
final class Tools {

  private static final List<String> FOLDERS = List.of("/usr/sbin", "/sbin", "/usr/bin", "/bin");

  private Tools() {}

  record Result(int exit, String output) {}

  /** Run a program to its end and return what it said on either stream. */
  static Result run(List<String> command) {
    try {
      Path output = Files.createTempFile("nbdj-tool", ".out");
      try {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("LC_ALL", "C");
        Process process =
            builder
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
          process.destroyForcibly();
          throw new AssertionError("no end in 60 s: " + command);
        }
        return new Result(
            process.exitValue(), new String(Files.readAllBytes(output), StandardCharsets.UTF_8));
      } finally {
        Files.delete(output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Run a program that must succeed. */
  static String must(String... command) {
    Result result = run(List.of(command));
    Assertions.assertEquals(
        0, result.exit(), () -> String.join(" ", command) + "\n" + result.output());
    return result.output();
  }

  /** Skip the calling test unless all the programs are installed. */
  static void require(String... programs) {
    for (String program : programs) {
      boolean found =
          FOLDERS.stream().anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
      Assumptions.assumeTrue(found, () -> program + " is not installed");
    }
  }

  /** Run debugfs commands on an image for writing; a command that fails fails the test. */
  static void debugfs(Path image, List<String> commands) throws IOException {
    Path script = Files.createTempFile("nbdj-debugfs", ".txt");
    try {
      Files.write(script, commands);
      String output = must("debugfs", "-w", "-f", script.toString(), image.toString());
      List<String> complaints =
          output
              .lines()
              .filter(line -> !line.startsWith("debugfs") && !line.startsWith("Allocated inode"))
              .toList();
      Assertions.assertEquals(List.of(), complaints);
    } finally {
      Files.delete(script);
    }
  }

  /** Check that e2fsck finds nothing wrong with an image. */
  static void assertClean(Path image) {
    Result result = run(List.of("e2fsck", "-fn", image.toString()));
    Assertions.assertEquals(0, result.exit(), result.output());
  }
}
