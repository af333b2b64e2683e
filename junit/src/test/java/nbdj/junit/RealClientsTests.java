package nbdj.junit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import nbdj.api.NbdError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The disk with the clients of others; a test whose client is not installed is left out. */
@Timeout(120)
class RealClientsTests {
  /** The system's programs first: its libnbd needs its own Python. */
  private static final String PATH = "/usr/bin:/bin:" + System.getenv().getOrDefault("PATH", "");

  @RegisterExtension static final NbdDisk disk = NbdDisk.memory("1M");

  /** How a program ended, and what it said. */
  private record Outcome(int status, String said) {}

  private static Outcome run(String... command) throws IOException, InterruptedException {
    boolean installed =
        Arrays.stream(PATH.split(File.pathSeparator, -1))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, command[0])));
    assumeTrue(installed, () -> command[0] + " is not installed");
    ProcessBuilder builder = new ProcessBuilder(List.of(command)).redirectErrorStream(true);
    builder.environment().put("PATH", PATH);
    builder.redirectInput(new File("/dev/null"));
    Process process = builder.start();
    try {
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(process.waitFor(60, TimeUnit.SECONDS), () -> command[0] + " runs on: " + said);
      return new Outcome(process.exitValue(), said);
    } finally {
      process.destroyForcibly();
    }
  }

  private static Outcome nbdsh(String script) throws IOException, InterruptedException {
    return run("nbdsh", "-c", "uri = '%s'".formatted(disk.uri()), "-c", script);
  }

  private static void succeeded(Outcome outcome) {
    assertEquals(0, outcome.status(), outcome::said);
  }

  private static byte[] filled(int count, int value) {
    byte[] bytes = new byte[count];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  @Test
  void qemuIo_writesAndFlushes_survivesACrash() throws Exception {
    succeeded(
        run(
            "qemu-io",
            "-f",
            "raw",
            "-t",
            "writeback",
            "-c",
            "write -P 0x5a 0 64k",
            "-c",
            "flush",
            disk.uri().toString()));
    disk.crash();
    assertArrayEquals(filled(65536, 0x5a), disk.bytes(0, 65536));
    succeeded(run("qemu-io", "-f", "raw", "-r", "-c", "read -P 0x5a 0 64k", disk.uri().toString()));
  }

  @Test
  void qemuIo_diskIsFull_saysSo() throws Exception {
    disk.fail().writes().with(NbdError.ENOSPC);
    Outcome outcome = run("qemu-io", "-f", "raw", "-c", "write -P 1 0 4k", disk.uri().toString());
    assertTrue(outcome.said().contains("No space left on device"), outcome::said);
  }

  @Test
  void nbdsh_fuaAndPlainWrite_theFormerSurvives() throws Exception {
    succeeded(
        nbdsh(
            """
            h.connect_uri(uri)
            h.pwrite(b'\\x01' * 512, 0)
            h.pwrite(b'\\x02' * 512, 512, nbd.CMD_FLAG_FUA)
            h.zero(512, 1024)
            h.shutdown()
            """));
    Crash crash = disk.crash();
    assertEquals(2, crash.lost(), crash::toString);
    assertArrayEquals(new byte[512], disk.bytes(0, 512));
    assertArrayEquals(filled(512, 2), disk.bytes(512, 512));
    assertEquals(1, disk.log().operations(Operation.ZERO).size());
  }

  @Test
  void nbdsh_brokenSector_isTheOnlyOneThatFails() throws Exception {
    disk.fail().reads().in(4096, 512).with(NbdError.EIO);
    succeeded(
        nbdsh(
            """
            h.connect_uri(uri)
            bad = []
            for sector in range(16):
                try:
                    h.pread(512, sector * 512)
                except nbd.Error as e:
                    assert e.errno == 'EIO', e
                    bad.append(sector)
            assert bad == [8], bad
            h.shutdown()
            """));
    assertEquals(1, disk.log().failures(Operation.READ));
  }

  @Test
  void nbdcopy_readsFail_copyFails() throws Exception {
    disk.put(0, filled(65536, 1));
    disk.fail().reads().after(1).with(NbdError.EIO);
    Outcome outcome = run("nbdcopy", "--request-size=4096", disk.uri().toString(), "null:");
    assertNotEquals(0, outcome.status(), outcome::said);
    disk.clearFaults();
    succeeded(run("nbdcopy", disk.uri().toString(), "null:"));
  }
}
