package nbdj.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients of a server whose requests fail by command. */
final class ErrorIT {
  @TempDir Path folder;

  @Test
  void fullDisk_writesFailWithNoSpace_andReadsWork() throws Exception {
    try (ServingProcess server =
        ServingProcess.start(
            "--filter", "error", "memory", "1M", "error=ENOSPC", "error-pwrite-rate=100%")) {
      Tool.nbdsh(
              server.uri(),
              """
              import errno
              h.connect_uri(uri)
              for i in range(3):
                  try:
                      h.pwrite(b'x' * 512, 0)
                      assert False, 'the write succeeded'
                  except nbd.Error as e:
                      assert e.errnum == errno.ENOSPC, e
              assert h.pread(512, 0) == bytearray(512)
              h.flush()
              h.shutdown()
              """)
          .succeeded();
      Outcome copy = Tool.run("nbdcopy", Tool.launcher(), server.uri());
      assertNotEquals(0, copy.status(), copy::toString);
      assertTrue(copy.err().contains("No space left"), copy::toString);
      server.stop();
    }
  }

  @Test
  void file_readsFailWhileItExists() throws Exception {
    Path trigger = folder.resolve("broken");
    try (ServingProcess server =
        ServingProcess.start(
            "--filter", "error", "memory", "1M", "error-rate=1", "error-file=" + trigger)) {
      Tool.nbdsh(
              server.uri(),
              """
              import os
              h.connect_uri(uri)
              assert h.pread(512, 0) == bytearray(512)
              open('%s', 'w').close()
              try:
                  h.pread(512, 0)
                  assert False, 'the read succeeded'
              except nbd.Error as e:
                  assert e.errno == 'EIO', e
              os.unlink('%s')
              assert h.pread(512, 0) == bytearray(512)
              h.shutdown()
              """
                  .formatted(trigger, trigger))
          .succeeded();
      server.stop();
    }
  }

  @Test
  void seed_inTwoServers_failsTheSameReads() throws Exception {
    String first = failures("1");
    assertEquals(first, failures("1"));
    assertNotEquals(first, failures("2"));
  }

  private static String failures(String seed) throws Exception {
    try (ServingProcess server =
        ServingProcess.start(
            "--filter", "error", "memory", "1M", "error-rate=1:2", "error-seed=" + seed)) {
      String failures =
          Tool.nbdsh(
                  server.uri(),
                  """
                  h.connect_uri(uri)
                  for i in range(64):
                      try:
                          h.pread(512, 0)
                          print('.', end='')
                      except nbd.Error as e:
                          print('x', end='')
                  h.shutdown()
                  """)
              .succeeded()
              .out();
      server.stop();
      return failures;
    }
  }
}
