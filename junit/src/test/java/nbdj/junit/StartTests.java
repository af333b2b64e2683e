package nbdj.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * How long a disk takes to start, serve a read and be gone, beside a server that is a process of
 * its own. Prints the figures.
 */
@Tag("slow")
class StartTests {
  private static final int ROUNDS = 100;

  @Test
  void diskInProcess_startsBeforeAProcessDoes() throws Exception {
    assumeTrue(
        Stream.of(String.valueOf(System.getenv("PATH")).split(File.pathSeparator))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "nbdkit"))),
        "not applicable: there is no nbdkit");
    double first = ours();
    List<Double> ours = new ArrayList<>();
    List<Double> theirs = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      ours.add(ours());
      theirs.add(theirs());
    }
    Collections.sort(ours);
    Collections.sort(theirs);
    System.out.printf(
        "start, a read and stop: the first %.1f ms, then %.1f ms, nine in ten under %.1f ms;"
            + " nbdkit --run true %.1f ms (medians of %d)%n",
        first, ours.get(ROUNDS / 2), ours.get(ROUNDS * 9 / 10), theirs.get(ROUNDS / 2), ROUNDS);
    assertTrue(ours.get(ROUNDS / 2) < theirs.get(ROUNDS / 2));
  }

  private static double ours() throws Exception {
    long begin = System.nanoTime();
    try (NbdDisk disk = NbdDisk.memory("64M").start()) {
      assertEquals(512, disk.client().read(0, 512).length);
    }
    return milliseconds(begin);
  }

  private static double theirs() throws Exception {
    long begin = System.nanoTime();
    Process process =
        new ProcessBuilder("nbdkit", "-U", "-", "memory", "64M", "--run", "true").start();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    assertEquals(0, process.exitValue());
    return milliseconds(begin);
  }

  private static double milliseconds(long begin) {
    return (System.nanoTime() - begin) / 1e6;
  }
}
