package nbdj.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Large reads are sent from where the data is, whatever filters pass them on: by the server's own
 * metrics, for copies would give the same bytes.
 */
final class FastPathIT {
  private static final int MEBIBYTE = 1 << 20;

  /** Filters that watch or forbid, and leave the data alone. */
  private static final List<String> WATCHING =
      List.of("--filter", "log", "--filter", "stats", "--filter", "readonly");

  /** What a client reads: much, much at no boundary, just enough, and a little. */
  private static final String READS =
      """
      import os
      disk = open('%s', 'rb').read()
      h.connect_uri(uri)
      for count, offset in ((2**20, 0), (2**20, 777), (65536, 4096), (32769, 513), (4096, 8192)):
          assert h.pread(count, offset) == disk[offset:offset + count], (count, offset)
      h.shutdown()
      """;

  private static final long LARGE = 2L * MEBIBYTE + 65536 + 32769;
  private static final long LITTLE = 4096;

  @TempDir Path folder;

  private Path disk() throws Exception {
    byte[] content = new byte[4 * MEBIBYTE];
    new Random(5).nextBytes(content);
    return Files.write(folder.resolve("content"), content);
  }

  private List<Object> watching(Object... words) {
    List<Object> all = new ArrayList<>(WATCHING);
    all.addAll(Arrays.asList(words));
    all.addAll(List.of("logfile=" + folder.resolve("log"), "statsfile=" + folder.resolve("stats")));
    return all;
  }

  private static ServingProcess start(List<Object> words) throws Exception {
    List<Object> all = new ArrayList<>(words);
    all.addAll(List.of("--metrics", 0));
    return ServingProcess.start(all.toArray());
  }

  /** Read from a server, and assert where the bytes came from. */
  private void assertSources(Path disk, List<Object> words, String from) throws Exception {
    try (ServingProcess server = start(words)) {
      Tool.nbdsh(server.uri(), READS.formatted(disk)).succeeded();
      assertEquals(Map.of(from, LARGE, "buffer", LITTLE), Metrics.readBytes(server));
    }
  }

  @Test
  void file_largeReads_areSentFromIt() throws Exception {
    Path disk = disk();
    assertSources(disk, List.of("file", disk), "file");
  }

  @Test
  void fileBelowFiltersThatWatch_largeReads_areSentFromIt() throws Exception {
    Path disk = disk();
    assertSources(disk, watching("file", disk), "file");
  }

  @Test
  void fileInsideAnImage_largeReads_areSentFromTheImage() throws Exception {
    Path disk = disk();
    Path image = new Ext4Image(folder).withCopy("vm.raw", disk).make("32M");
    assertSources(disk, List.of("--filter", "ext2", "file", image, "ext2file=/vm.raw"), "file");
    assertSources(disk, watching("--filter", "ext2", "file", image, "ext2file=/vm.raw"), "file");
  }

  @Test
  void memory_largeReads_areSentFromItsPages() throws Exception {
    Path disk = disk();
    for (List<Object> words :
        List.of(
            List.<Object>of("memory", "4M"),
            List.<Object>of(
                "--filter",
                "log",
                "--filter",
                "stats",
                "memory",
                "4M",
                "logfile=" + folder.resolve("log"),
                "statsfile=" + folder.resolve("stats")))) {
      try (ServingProcess server = start(words)) {
        Tool.run("nbdcopy", disk, server.uri()).succeeded();
        Tool.nbdsh(server.uri(), READS.formatted(disk)).succeeded();
        assertEquals(Map.of("memory", LARGE, "buffer", LITTLE), Metrics.readBytes(server));
      }
    }
  }

  @Test
  void memory_largeWrites_areReceivedInItsPages() throws Exception {
    Path disk = disk();
    try (ServingProcess server = start(List.of("memory", "4M"))) {
      copyUntilMostWent("memory", disk, server);
      Path copy = folder.resolve("copy");
      Tool.run("nbdcopy", server.uri(), copy).succeeded();
      assertEquals(-1, Files.mismatch(disk, copy));
    }
  }

  @Test
  void file_largeWrites_areMovedIntoItByTheKernel() throws Exception {
    Path disk = disk();
    Path copy = Files.write(folder.resolve("copy"), new byte[4 * MEBIBYTE]);
    try (ServingProcess server = start(List.of("file", copy))) {
      copyUntilMostWent("file", disk, server);
      assertEquals(-1, Files.mismatch(disk, copy));
    }
  }

  /**
   * Copy to a server until most of one copy was received in the fast way. While code is cold and
   * native calls are loaded, a layer may look slow, and long writes are buffered then.
   */
  private static void copyUntilMostWent(String where, Path disk, ServingProcess server)
      throws Exception {
    long went = 0;
    for (int i = 0; i < 100; i++) {
      Tool.run("nbdcopy", disk, server.uri()).succeeded();
      long now = Metrics.writtenBytes(server).getOrDefault(where, 0L);
      if (now - went > 2 * MEBIBYTE) {
        return;
      }
      went = now;
    }
    fail("%d bytes went to %s in a hundred copies".formatted(went, where));
  }

  @Test
  void holes_areToldAndNotSent() throws Exception {
    Path image = new Ext4Image(folder).withSparse("vm.raw", 8L * MEBIBYTE, 1, Map.of()).make("32M");
    for (List<Object> words :
        List.of(
            List.<Object>of("memory", "8M"),
            List.<Object>of("--filter", "ext2", "file", image, "ext2file=/vm.raw"))) {
      try (ServingProcess server = start(words)) {
        Tool.nbdsh(
                server.uri(),
                """
                h.connect_uri(uri)
                for count, offset in ((2**20, 0), (65536, 4096), (4096, 8192), (512, 512)):
                    assert h.pread(count, offset) == bytes(count)
                h.shutdown()
                """)
            .succeeded();
        assertEquals(
            Map.of("hole", MEBIBYTE + 65536L + 4096 + 512),
            Metrics.readBytes(server),
            words::toString);
      }
    }
  }
}
