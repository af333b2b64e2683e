package nbdj.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import nbdj.api.ConfigException;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.client.NbdClient;
import nbdj.client.NbdServerException;
import nbdj.runtime.server.NbdServer;
import nbdj.runtime.server.NbdServerBuilder;
import nbdj.tck.ReferenceDevice;
import nbdj.tck.ReferencePlugin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatsFilterTests {
  private static final long MICRO = 1000;
  private static final long SECOND = 1_000_000_000;

  @TempDir Path folder;

  private NbdServer serve(String... parameters) throws IOException {
    ReferencePlugin plugin =
        new ReferencePlugin(new ReferenceDevice(1 << 20))
            .withHook(operation -> {
              if (operation.equals("flush")) {
                throw new NbdException(NbdError.EIO, "no");
              }
            });
    NbdServerBuilder builder =
        NbdServer.builder().filter(new StatsFilter()).plugin(plugin).privateSocket();
    for (String parameter : parameters) {
      int equals = parameter.indexOf('=');
      builder.config(parameter.substring(0, equals), parameter.substring(equals + 1));
    }
    return builder.start();
  }

  @Test
  void allClientsTogether_file_hasTheSums() throws IOException {
    Path file = folder.resolve("stats");
    try (NbdServer server = serve("statsfile=" + file, "statsthreshold=0")) {
      for (int i = 0; i < 2; i++) {
        try (NbdClient client = NbdClient.connect(server.uri())) {
          client.read(0, 1024);
          client.write(new byte[512], 512);
          client.writeZeroes(0, 4096);
          client.trim(0, 8192);
          client.cache(0, 2048);
          client.blockStatus(0, 1 << 20);
          assertThrows(NbdServerException.class, client::flush);
        }
      }
    }
    List<String> lines = Files.readAllLines(file);
    assertEquals(8, lines.size(), lines::toString);
    assertTrue(lines.get(0).matches("total: 14 ops, .* s, 2.03 MiB, .*/s"), lines::toString);
    assertTrue(lines.get(1).matches("read: 2 ops, .* s, 2.00 KiB, .*/s op, .*/s total"));
    assertTrue(lines.get(2).startsWith("write: 2 ops, "), lines::toString);
    assertTrue(lines.get(3).startsWith("trim: 2 ops, "), lines::toString);
    assertTrue(lines.get(4).startsWith("zero: 2 ops, "), lines::toString);
    assertTrue(lines.get(5).startsWith("extents: 2 ops, "), lines::toString);
    assertTrue(lines.get(6).startsWith("cache: 2 ops, "), lines::toString);
    assertTrue(lines.get(7).startsWith("flush: 2 ops, 2 failed, "), lines::toString);
  }

  @Test
  void report_hasTablesOfLatencySizeAndAlignment() {
    Statistics statistics = new Statistics();
    Tally reads = statistics.of(Operation.READ);
    for (int i = 0; i < 18; i++) {
      reads.add(4096L * i, 4096, 3 * MICRO, false);
    }
    reads.add(512, 512, 900 * MICRO, false);
    reads.add(0, 1 << 20, 3 * SECOND, true);
    statistics.of(Operation.FLUSH).add(0, 0, 10 * MICRO, false);
    assertEquals(
        """
        total: 21 ops, 2.000000 s, 72.50 KiB, 36.25 KiB/s
        read: 20 ops, 1 failed, 3.000954 s, 72.50 KiB, 24.16 KiB/s op, 36.25 KiB/s total
          How long they took:
            less than      4 us:  90.0% (18 reqs),  90.0% up to here
            less than    1.0 ms:   5.0% (1 reqs),  95.0% up to here
            less than     4.2 s:   5.0% (1 reqs), 100.0% up to here
          How large they were:
            4.00 KiB to less than 8.00 KiB:  90.0% (18 reqs, 72.00 KiB total)
            others:  10.0% (2 reqs)
          What they were aligned to:
            4.00 KiB:  90.0% (18 reqs)
            others:  10.0% (2 reqs)

        flush: 1 ops, 0.000010 s, 0 bytes, 0 bytes/s op, 0 bytes/s total
          How long they took:
            less than     16 us: 100.0% (1 reqs), 100.0% up to here

        """,
        Report.of(statistics, 2 * SECOND, 90));
  }

  @Test
  void threshold100_report_showsEveryClass() {
    Statistics statistics = new Statistics();
    for (int i = 0; i < 4; i++) {
      statistics.of(Operation.WRITE).add(0, 1L << i, MICRO, false);
    }
    String report = Report.of(statistics, SECOND, 100);
    assertEquals(4, report.lines().filter(line -> line.contains(" to less than ")).count(), report);
    assertTrue(!report.contains("others"), report);
  }

  @Test
  void nobodyCame_report_isTheTotalAlone() {
    assertEquals(
        "total: 0 ops, 1.000000 s, 0 bytes, 0 bytes/s\n", Report.of(new Statistics(), SECOND, 95));
  }

  @Test
  void fileThatIsThere_beginsAnewOrGoesOn() throws IOException {
    Path file = Files.writeString(folder.resolve("stats"), "old\n");
    serve("statsfile=" + file, "statsappend=true").close();
    assertEquals(2, Files.readAllLines(file).size());
    serve("statsfile=" + file).close();
    assertEquals(1, Files.readAllLines(file).size());
  }

  @Test
  void folderThatIsNotThere_start_isRefused() {
    assertThrows(IOException.class, () -> serve("statsfile=" + folder.resolve("none/stats")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"statsthreshold=101", "statsthreshold=-1", "statsappend=perhaps"})
  void valueThatCannotBe_start_isRefused(String parameter) {
    assertThrows(
        ConfigException.class, () -> serve("statsfile=" + folder.resolve("stats"), parameter));
  }

  @Test
  void noFile_start_isRefused() {
    assertThrows(ConfigException.class, this::serve);
  }
}
