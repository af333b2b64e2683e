package nbdj.ext2;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Makes images with the programs of e2fsprogs; a test is skipped where they are not installed. */
final class Image {
  private Image() {}

  /** Make an image of 16 MiB with a tree in it. */
  static void make(Path image, Path tree, String... options)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of("mke2fs", "-q", "-F", "-b", "4096", "-d", tree.toString()));
    command.addAll(List.of(options));
    command.addAll(List.of(image.toString(), "16M"));
    run(command.toArray(String[]::new));
  }

  /** Make a file that is one hole. */
  static void sparse(Path path, long size) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(size);
    }
  }

  /** Have e2fsck repair what is wrong with an image, if anything is. */
  static void repair(Path image) throws IOException, InterruptedException {
    Outcome outcome = outcome("e2fsck", "-fy", image.toString());
    assertTrue(outcome.exit <= 1, outcome.said);
  }

  /** Run a program that must succeed, and get what it said. */
  static String run(String... command) throws IOException, InterruptedException {
    Outcome outcome = outcome(command);
    assertEquals(0, outcome.exit, () -> String.join(" ", command) + "\n" + outcome.said);
    return outcome.said;
  }

  private record Outcome(int exit, String said) {}

  private static Outcome outcome(String... command) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().merge("PATH", "/sbin:/usr/sbin", (path, sbin) -> path + ":" + sbin);
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      assumeTrue(false, "needs " + command[0] + ": " + e.getMessage());
      throw e;
    }
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Outcome(process.waitFor(), said);
  }
}
