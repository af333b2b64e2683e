package nbdj.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Scripts written for nbdkit, run with the launcher {@code nbdkit} of the distribution; and with
 * nbdkit itself where it is installed, which proves the scripts.
 */
final class NbdkitIT {
  private static final Path SCRIPTS = Path.of("src/test/resources/nbdkit-scripts");

  @TempDir Path folder;

  static List<String> scripts() throws IOException {
    try (Stream<Path> files = Files.list(SCRIPTS)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private void run(String script, String path) throws IOException, InterruptedException {
    Tool.require("nbdsh");
    Tool.require("nbdcopy");
    Tool.require("qemu-img");
    ProcessBuilder builder =
        Tool.shell("set -eu; dir=$1; . \"$2\"", folder, SCRIPTS.resolve(script).toAbsolutePath());
    builder.environment().merge("PATH", path, (old, first) -> first + ":" + old);
    try {
      Tool.run(builder).succeeded();
    } finally {
      endServer();
    }
  }

  /** End what a script that failed left behind. */
  private void endServer() throws IOException {
    Path pidFile = folder.resolve("pid");
    if (Files.exists(pidFile)) {
      String pid = Files.readString(pidFile).strip();
      if (!pid.isEmpty()) {
        ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("scripts")
  void script_withOurLauncher_runs(String script) throws Exception {
    run(script, Tool.distribution().resolve("bin").toString());
  }

  @ParameterizedTest
  @MethodSource("scripts")
  void script_withNbdkitItself_runs(String script) throws Exception {
    Tool.require("nbdkit");
    run(script, "/usr/bin");
  }

  @Test
  void scripts_areFound() throws IOException {
    assertTrue(scripts().size() >= 10);
  }
}
