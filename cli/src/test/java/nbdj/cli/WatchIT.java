package nbdj.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code log} and {@code stats} have seen of real clients. */
final class WatchIT {
  private static final String USE =
      """
      h.connect_uri(uri)
      h.pwrite(b'x' * 512, 512)
      h.pread(4096, 0)
      h.shutdown()
      """;

  @TempDir Path folder;

  @Test
  void log_hasTheRequestsOfTheClient() throws Exception {
    Path log = folder.resolve("log");
    try (ServingProcess server =
        ServingProcess.start("--filter", "log", "memory", "1M", "logfile=" + log)) {
      Tool.nbdsh(server.uri(), USE).succeeded();
      server.stop();
    }
    List<String> lines = Files.readAllLines(log);
    assertTrue(
        lines.stream()
            .anyMatch(
                l -> l.endsWith(" connection=1 Write id=1 offset=0x200 count=0x200 fua=0 ...")),
        lines::toString);
    assertTrue(
        lines.getLast().endsWith(" connection=1 Disconnect transactions=2"), lines::toString);
  }

  @Test
  void stats_haveTheSumsOfTheClient() throws Exception {
    Path stats = folder.resolve("stats");
    try (ServingProcess server =
        ServingProcess.start("--filter", "stats", "memory", "1M", "statsfile=" + stats)) {
      Tool.nbdsh(server.uri(), USE).succeeded();
      server.stop();
    }
    String report = Files.readString(stats);
    assertTrue(report.startsWith("total: 2 ops, "), report);
    assertTrue(report.contains("\nread: 1 ops, "), report);
    assertTrue(report.contains("\nwrite: 1 ops, "), report);
  }

  @Test
  void script_printsToStandardError() throws Exception {
    Outcome outcome =
        Tool.nbdj(
            "--filter",
            "log",
            "null",
            "1M",
            "logscript=echo saw $act",
            "--run",
            "nbdinfo --size \"$uri\"");
    assertEquals("1048576\n", outcome.succeeded().out());
    assertTrue(outcome.err().contains("saw Connect\n"), outcome::toString);
  }
}
