package nbdj.tck.blackbox;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import nbdj.client.NbdClient;
import nbdj.client.NbdDisconnectedException;
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
    Path program = Path.of("/usr/bin", tool);
    assumeTrue(Files.isExecutable(program), () -> tool + " is not installed");
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    Path output = folder.resolve("output");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      URI uri = URI.create("nbd+unix:///?socket=" + folder.resolve("socket"));
      awaitReady(process, uri, output);
      Verdict.ofForeign(uri).breaks();
    } finally {
      process.destroy();
      process.onExit().join();
    }
  }

  /** Wait until it takes a connection: nothing else says that it is ready. */
  private static void awaitReady(Process process, URI uri, Path output) throws Exception {
    long begin = System.nanoTime();
    while (true) {
      try {
        NbdClient.builder().negotiate(uri).close();
        return;
      } catch (NbdDisconnectedException e) {
        if (process.waitFor(10, TimeUnit.MILLISECONDS)
            || System.nanoTime() - begin > TimeUnit.SECONDS.toNanos(10)) {
          throw new IOException("it does not start: " + Files.readString(output), e);
        }
      }
    }
  }
}
