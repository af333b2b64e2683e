package nbdj.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that ends by itself ({@code exitlast}), a disk that is frozen ({@code readonly}). */
final class LifeIT {
  @TempDir Path folder;

  @Test
  void lastClientLeaves_server_endsWithSuccess() throws Exception {
    Path pid = folder.resolve("pid");
    try (ServingProcess server =
        ServingProcess.start("--filter", "exitlast", "memory", "1M", "-P", pid)) {
      Tool.nbdsh(
              server.uri(),
              """
              one, two = nbd.NBD(), nbd.NBD()
              one.connect_uri(uri)
              two.connect_uri(uri)
              one.shutdown()
              assert two.pread(512, 0) == bytes(512)
              two.shutdown()
              """)
          .succeeded();
      assertEquals(0, server.await(), server::toString);
      assertEquals("", server.errors());
    }
    assertEquals(false, Files.exists(pid));
  }

  @Test
  void startedByItsClient_server_endsWithIt() throws Exception {
    Tool.run(
            "nbdinfo",
            "--size",
            "--",
            "[",
            Tool.launcher(),
            "--filter",
            "exitlast",
            "null",
            "5",
            "]")
        .succeeded();
  }

  @Test
  void fileThatFreezes_writes_areRefusedMeanwhile() throws Exception {
    Path frozen = folder.resolve("frozen");
    try (ServingProcess server =
        ServingProcess.start("--filter", "readonly", "memory", "1M", "readonly-file=" + frozen)) {
      Tool.nbdsh(
              server.uri(),
              """
              import os
              h.connect_uri(uri)
              h.pwrite(b'x', 0)
              open('%s', 'w').close()
              try:
                  h.pwrite(b'y', 0)
                  assert False, 'the write succeeded'
              except nbd.Error as e:
                  assert e.errno == 'EPERM', e
              assert h.pread(1, 0) == b'x'
              os.remove('%s')
              h.pwrite(b'z', 0)
              h.shutdown()
              """
                  .formatted(frozen, frozen))
          .succeeded();
      server.stop();
    }
  }
}
