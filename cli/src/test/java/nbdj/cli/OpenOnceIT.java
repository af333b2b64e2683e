package nbdj.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Four clients of two exports through {@code openonce}. */
final class OpenOnceIT {
  @TempDir Path folder;

  @Test
  void clientsOfOneExport_shareItsHandle_whichOutlivesThem() throws Exception {
    Path first = Files.writeString(folder.resolve("a"), "first");
    Files.writeString(folder.resolve("b"), "second");
    try (ServingProcess server =
        ServingProcess.start("--filter", "openonce", "file", "dir=" + folder)) {
      Tool.nbdsh(
              server.uri(),
              """
              def connect(name):
                  h = nbd.NBD()
                  h.connect_uri(uri.replace(':///', ':///' + name))
                  return h
              a1, b1, a2, b2 = [connect(name) for name in ('a', 'b', 'a', 'b')]
              a1.pwrite(b'FIRST', 0)
              assert a2.pread(5, 0) == b'FIRST'
              assert b1.pread(6, 0) == b2.pread(6, 0) == b'second'
              for h in (a1, b1, a2, b2):
                  h.shutdown()
              """)
          .succeeded();
      // The handle is still the one of the file as it was: what replaces the file is not seen.
      Files.move(first, folder.resolve("moved"));
      Files.writeString(first, "another file");
      assertEquals("5\n", Tool.run("nbdinfo", "--size", server.uri("a")).succeeded().out());
      server.stop();
    }
    assertEquals("FIRST", Files.readString(folder.resolve("moved")));
  }
}
