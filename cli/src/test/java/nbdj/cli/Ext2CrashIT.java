package nbdj.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server is killed while it fills a file inside an image. */
final class Ext2CrashIT {
  private static final int MEBIBYTE = 1 << 20;

  /** What is flushed lies in the first half; writes to the second are on their way at the end. */
  private static final String WRITE_AND_KILL =
      """
      import os, random, signal
      rng = random.Random(4711)
      half = h_size // 2
      expected = bytearray(half)
      handles = []
      for i in range(4):
          h = nbd.NBD()
          h.connect_uri(uri)
          handles.append(h)
      for round in range(25):
          for h in handles:
              cookies = []
              for i in range(4):
                  n = rng.randrange(1, 60000)
                  at = rng.randrange(0, half - n)
                  kind = rng.randrange(6)
                  if kind < 4:
                      data = rng.randbytes(n)
                      h.pwrite(data, at)
                      expected[at:at+n] = data
                  elif kind == 4:
                      h.zero(n, at)
                      expected[at:at+n] = bytes(n)
                  else:
                      h.zero(n, at, nbd.CMD_FLAG_NO_HOLE)
                      expected[at:at+n] = bytes(n)
          handles[round % 4].flush()
      for i in range(64):
          h = handles[i % 4]
          n = rng.randrange(1, 60000)
          h.aio_pwrite(nbd.Buffer.from_bytearray(bytearray(rng.randbytes(n))),
                       half + rng.randrange(0, half - n))
      for h in handles:
          h.poll(0)
      os.kill(pid, signal.SIGKILL)
      open(out, 'wb').write(expected)
      """;

  @TempDir Path folder;

  @Test
  void serverKilled_whatWasFlushedIsThere_andTheImageIsSoundAfterRecovery() throws Exception {
    Path image =
        new Ext4Image(folder)
            .withSparse("vm.raw", 24L * MEBIBYTE, 7, Map.of(MEBIBYTE + 0L, 4096))
            .make("64M");
    Path expected = folder.resolve("expected");
    try (ServingProcess server =
        ServingProcess.start("--filter", "ext2", "file", image, "ext2file=/vm.raw")) {
      // The stretch that is there already is overwritten, so that the script knows all there is.
      String script =
          "h_size = %d\npid = %d\nout = '%s'\n".formatted(24 * MEBIBYTE, server.pid(), expected)
              + "z = nbd.NBD()\nz.connect_uri(uri)\nz.pwrite(bytes(4096), 1048576)\nz.flush()\n"
              + WRITE_AND_KILL;
      Tool.nbdsh(server.uri(), script).succeeded();
      assertEquals(128 + 9, server.await());
    }
    String dump = Tool.nbdj("--filter", "ext2", "file", image, "--dump-plugin").succeeded().out();
    assertTrue(dump.contains("filter.ext2.image.journal=needs recovery\n"), dump);
    byte[] flushed = Files.readAllBytes(expected);
    try (ServingProcess server =
        ServingProcess.start("--filter", "ext2", "file", image, "ext2file=/vm.raw")) {
      Path copied = folder.resolve("copied");
      Tool.run("nbdcopy", server.uri(), copied).succeeded();
      byte[] there = Files.readAllBytes(copied);
      assertTrue(Arrays.equals(flushed, 0, flushed.length, there, 0, flushed.length));
      server.stop();
    }
    Ext4Image.check(image);
    byte[] there = Ext4Image.dump(image, "/vm.raw", folder);
    assertArrayEquals(flushed, Arrays.copyOf(there, flushed.length));
  }
}
