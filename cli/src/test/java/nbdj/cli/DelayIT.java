package nbdj.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Clients of a server whose requests take longer by command. */
final class DelayIT {
  @Test
  void delayedRead_otherRequests_overtakeIt() throws Exception {
    try (ServingProcess server =
        ServingProcess.start("--filter", "delay", "memory", "1M", "rdelay=500ms")) {
      Tool.nbdsh(
              server.uri(),
              """
              import time
              h.connect_uri(uri)
              began = time.monotonic()
              read = h.aio_pread(nbd.Buffer(512), 0)
              h.pwrite(b'x' * 512, 4096)
              h.flush()
              written = time.monotonic()
              overtook = not h.aio_command_completed(read)
              while not h.aio_command_completed(read):
                  h.poll(-1)
              took = time.monotonic() - began
              assert took >= 0.5, took
              assert overtook or written - began >= 0.5
              h.shutdown()
              """)
          .succeeded();
      server.stop();
    }
  }

  @Test
  void fastZeroNotDelayed_client_isRefusedAtOnce() throws Exception {
    try (ServingProcess server =
        ServingProcess.start(
            "--filter", "delay", "memory", "1M", "delay-zero=3600", "delay-fast-zero=false")) {
      Tool.nbdsh(
              server.uri(),
              """
              h.connect_uri(uri)
              assert h.can_fast_zero()
              try:
                  h.zero(512, 0, nbd.CMD_FLAG_FAST_ZERO)
                  assert False, 'the fast zero succeeded'
              except nbd.Error as e:
                  assert e.errno == 'ENOTSUP' or e.errno == 'EOPNOTSUPP', e
              h.shutdown()
              """)
          .succeeded();
      server.stop();
    }
  }

  @Test
  @Tag("slow")
  void serverStops_whileARequestWaits_endsAllTheSame() throws Exception {
    try (ServingProcess server =
        ServingProcess.start(
            "--filter", "delay", "memory", "1M", "rdelay=3600", "delay-close=3600")) {
      Tool.nbdsh(
              server.uri(),
              """
              import os, signal
              h.connect_uri(uri)
              h.aio_pread(nbd.Buffer(512), 0)
              h.flush()
              os.kill(%d, signal.SIGTERM)
              """
                  .formatted(server.pid()))
          .succeeded();
      assertEquals(0, server.await(), server::toString);
    }
  }
}
