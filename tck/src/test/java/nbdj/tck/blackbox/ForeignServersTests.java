package nbdj.tck.blackbox;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The black box tests are about the protocol, so other people's servers pass them too. */
class ForeignServersTests {
  @TempDir Path folder;

  @Test
  void nbdkit_breaksNothing() throws Exception {
    passes("nbdkit", "-f", "-U", folder.resolve("socket").toString(), "memory", "size=1049088");
  }

  @Test
  void qemuNbd_breaksNothing() throws Exception {
    Path disk = Files.write(folder.resolve("disk"), new byte[1 << 20]);
    passes(
        "qemu-nbd",
        "-t",
        "-k",
        folder.resolve("socket").toString(),
        "-e",
        "8",
        "-f",
        "raw",
        "--discard=unmap",
        disk.toString());
  }

  private void passes(String tool, String... arguments) throws Exception {
    try (ForeignServer server =
        new ForeignServer(folder, folder.resolve("socket"), tool, arguments)) {
      Verdict verdict = Verdict.ofForeign(server.uri());
      // nbdkit 1.32 dies now and then when a client leaves with requests under way.
      assumeTrue(server.isRunning(), () -> tool + " died, which is a fault of its own");
      verdict.breaks();
    }
  }
}
