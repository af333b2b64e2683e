package nbdj.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A copy that goes on though what is below breaks, or its server is started again. */
final class RetryIT {
  @TempDir Path folder;

  @Test
  void requestsThatFailByChance_copy_isWhole() throws Exception {
    byte[] content = new byte[2 << 20];
    new Random(1).nextBytes(content);
    Path file = Files.write(folder.resolve("disk"), content);
    Path copy = folder.resolve("copy");
    Outcome outcome =
        Tool.nbdj(
            "--filter",
            "retry",
            "--filter",
            "error",
            "file",
            file,
            "retry-delay=1ms",
            "retries=50",
            "error-pread-rate=30%",
            "error-seed=1",
            "--run",
            "nbdcopy --request-size=65536 \"$uri\" " + copy);
    outcome.succeeded();
    assertEquals(-1, Arrays.mismatch(content, Files.readAllBytes(copy)));
  }

  @Test
  void otherServerIsStartedAgain_client_noticesNothing() throws Exception {
    Path socket = folder.resolve("sock");
    Path disk = Files.write(folder.resolve("disk"), new byte[1 << 20]);
    ServingProcess first = ServingProcess.startAt("file", disk, "-U", socket);
    try (ServingProcess proxy =
        ServingProcess.start(
            "--filter",
            "retry",
            "nbd",
            "socket=" + socket,
            "retry-delay=200ms",
            "retries=20",
            "retry-exponential=no")) {
      Tool.nbdsh(
              proxy.uri(),
              """
              import os, signal, subprocess, sys, time
              h.connect_uri(uri)
              h.pwrite(b'before', 0, nbd.CMD_FLAG_FUA)
              os.kill(%d, signal.SIGTERM)
              while os.path.exists('%s'):
                  time.sleep(0.01)
              server = subprocess.Popen(['%s', 'file', '%s', '-U', '%s'])
              try:
                  h.pwrite(b'after', 100, nbd.CMD_FLAG_FUA)
                  assert h.pread(6, 0) == b'before'
                  h.shutdown()
              finally:
                  server.terminate()
                  server.wait()
              """
                  .formatted(first.pid(), socket, Tool.launcher(), disk, socket))
          .succeeded();
      assertTrue(proxy.errors().contains("opening the layer below again"), proxy::toString);
    } finally {
      first.close();
    }
    byte[] after = Files.readAllBytes(disk);
    assertEquals("beforeafter", new String(after, 0, 6, UTF_8) + new String(after, 100, 5, UTF_8));
  }
}
