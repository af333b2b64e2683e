package nbdj.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A slow plugin with real clients that keep many requests under way: it is kept busy. */
final class SlowPluginIT {
  /**
   * Takes 5 ms for a request, and longer until as many have met as are to meet. The last sector
   * tells how many were at work at once, at most; the one before it comes when 300 others have been
   * answered since it was asked for.
   */
  private static final String DISK =
      """
      import java.util.concurrent.atomic.AtomicInteger;

      final AtomicInteger running = new AtomicInteger();
      final AtomicInteger most = new AtomicInteger();
      final AtomicInteger done = new AtomicInteger();

      int meeting;

      List<Parameter> parameters() {
        return List.of(Parameter.of("meeting", Parameter.Type.INTEGER, "How many are to meet."));
      }
      void config(String key, String value) { meeting = Integer.parseInt(value); }
      ThreadModel threadModel() { return ThreadModel.PARALLEL; }
      long size() { return 64 << 20; }

      void pread(ByteBuffer buffer, long offset) throws Exception {
        if (offset == size() - 512) {
          buffer.putInt(most.get());
        } else if (offset == size() - 1024) {
          int wanted = done.get() + 300;
          for (int i = 0; done.get() < wanted; i++) {
            if (i > 30_000) {
              throw new IOException("others were held up");
            }
            Thread.sleep(1);
          }
        } else {
          most.accumulateAndGet(running.incrementAndGet(), Math::max);
          for (int i = 0; i == 0 || (most.get() < meeting && i < 4000); i++) {
            Thread.sleep(5);
          }
          running.decrementAndGet();
          done.incrementAndGet();
        }
        buffer.put(new byte[buffer.remaining()]);
      }
      """;

  @TempDir Path folder;

  private Path script() throws Exception {
    return Files.writeString(folder.resolve("Slow.java"), DISK);
  }

  @ParameterizedTest
  @CsvSource({"'', 16", "-t 3, 3", "-t 64, 64"})
  void oneClientWith64Requests_asManyAreAtWorkAsAllowed(String threads, int most) throws Exception {
    Object[] words = ("script " + script() + " meeting=" + most + " " + threads).split(" ");
    try (ServingProcess server = ServingProcess.start(words)) {
      Tool.run(
              "fio",
              "--name=slow",
              "--ioengine=nbd",
              "--uri=" + server.uri(),
              "--rw=randread",
              "--bs=4k",
              "--iodepth=64",
              "--size=32M",
              "--number_ios=500")
          .succeeded();
      Tool.nbdsh(
              server.uri(),
              """
              h.connect_uri(uri)
              most = int.from_bytes(h.pread(512, h.get_size() - 512)[:4], 'big')
              assert most == %d, most
              h.shutdown()
              """
                  .formatted(most))
          .succeeded();
      server.stop();
    }
  }

  @Test
  void oneSlowRequest_othersOnItsConnection_areAnsweredMeanwhile() throws Exception {
    try (ServingProcess server = ServingProcess.start("script", script())) {
      Tool.nbdsh(
              server.uri(),
              """
              h.connect_uri(uri)
              slow = h.aio_pread(nbd.Buffer(512), h.get_size() - 1024)
              for i in range(300):
                  assert not h.aio_command_completed(slow)
                  h.pread(4096, i * 4096)
              while not h.aio_command_completed(slow):
                  h.poll(-1)
              h.shutdown()
              """)
          .succeeded();
      server.stop();
    }
  }
}
