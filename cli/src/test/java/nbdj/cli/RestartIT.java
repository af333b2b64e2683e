package nbdj.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import nbdj.client.NbdClient;
import nbdj.client.NbdClientException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers that are restarted under their clients lose nothing that was acknowledged. */
final class RestartIT {
  private static final int BLOCK = 4096;
  private static final int BLOCKS = 4096;

  /** How long to wait before connecting again, in nanoseconds. */
  private static final long PAUSE = 5_000_000;

  @TempDir Path folder;

  private ServingProcess start(String... more) throws IOException, InterruptedException {
    Path disk = folder.resolve("disk");
    if (!Files.exists(disk)) {
      Files.write(disk, new byte[BLOCK * BLOCKS]);
    }
    List<Object> words = new ArrayList<>(List.of(more));
    words.addAll(List.of("--plugin", "file", "file=" + disk, "-U", folder.resolve("sock")));
    return ServingProcess.startAt(words.toArray());
  }

  private static byte[] block(int number) {
    byte[] bytes = new byte[BLOCK];
    Arrays.fill(bytes, (byte) (number * 7 + 1));
    return bytes;
  }

  /** Write block after block, coming back whenever the server goes, until told to end. */
  private Callable<Integer> writer(AtomicBoolean end, AtomicInteger acknowledged) {
    URI uri = URI.create("nbd+unix:///?socket=" + folder.resolve("sock"));
    return () -> {
      int written = 0;
      int connections = 0;
      while (!end.get() && written < BLOCKS) {
        try (NbdClient client = NbdClient.connect(uri)) {
          connections++;
          while (!end.get() && written < BLOCKS) {
            client.write(block(written), (long) written * BLOCK);
            client.flush();
            acknowledged.set(++written);
          }
        } catch (NbdClientException e) {
          // Gone: what was not acknowledged is written again.
          LockSupport.parkNanos(PAUSE);
        }
      }
      return connections;
    };
  }

  @Test
  void clientThatComesBack_findsAllThatWasAcknowledged() throws Exception {
    AtomicBoolean end = new AtomicBoolean();
    AtomicInteger acknowledged = new AtomicInteger();
    try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
      Future<Integer> writer = threads.submit(writer(end, acknowledged));
      try {
        for (String signal : new String[] {"TERM", "KILL", "TERM"}) {
          int before = acknowledged.get();
          try (ServingProcess server = start()) {
            awaitMore(acknowledged, before + 10);
            server.signal(signal);
            assertEquals(signal.equals("TERM") ? 0 : 128 + 9, server.await());
          }
          // One that was killed could not remove it.
          Files.deleteIfExists(folder.resolve("sock"));
        }
        try (ServingProcess server = start()) {
          awaitMore(acknowledged, acknowledged.get() + 10);
          end.set(true);
          assertTrue(writer.get(Tool.PATIENCE_SECONDS, TimeUnit.SECONDS) >= 4);
          try (NbdClient client = NbdClient.connect(URI.create(server.uri()))) {
            for (int i = 0; i < acknowledged.get(); i++) {
              assertArrayEquals(block(i), client.read((long) i * BLOCK, BLOCK), "block " + i);
            }
          }
          server.stop();
        }
      } finally {
        end.set(true);
      }
    }
  }

  private static void awaitMore(AtomicInteger count, int least) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(Tool.PATIENCE_SECONDS);
    while (count.get() < least) {
      if (System.nanoTime() - deadline > 0) {
        fail("only %d of %d after a minute".formatted(count.get(), least));
      }
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  @Test
  void qemuWithAReconnectDelay_doesNotNoticeARestart() throws Exception {
    Tool.require("qemu-io");
    Tool.require("stdbuf");
    String image =
        "driver=raw,file.driver=nbd,file.reconnect-delay=60,file.server.type=unix,file.server.path="
            + folder.resolve("sock");
    // So slow that there is a restart before it is done.
    String script =
        """
        set --
        for i in $(seq 200); do
          set -- "$@" -c "write -P $((i % 255 + 1)) $((i % 16 * 65536)) 64k" -c flush
          set -- "$@" -c "read -P $((i % 255 + 1)) $((i % 16 * 65536)) 64k"
        done
        exec stdbuf -oL qemu-io --image-opts "$0" "$@" 2>&1
        """;
    ServingProcess first = start("--filter", "delay", "wdelay=50ms");
    ProcessBuilder builder = Tool.shell(script);
    builder.command().set(builder.command().size() - 1, image);
    Process qemu = builder.start();
    try (first;
        BufferedReader answers = qemu.inputReader()) {
      List<String> lines = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        lines.add(answers.readLine());
      }
      first.stop();
      try (ServingProcess second = start()) {
        answers.lines().forEach(lines::add);
        assertTrue(qemu.waitFor(Tool.PATIENCE_SECONDS, TimeUnit.SECONDS));
        assertEquals(0, qemu.exitValue(), lines::toString);
        second.stop();
      }
      String said = String.join("\n", lines);
      assertEquals(200, count(said, "wrote 65536/65536"), said);
      assertEquals(200, count(said, "read 65536/65536"), said);
      assertEquals(0, count(said, "failed"), said);
    } finally {
      qemu.destroyForcibly();
    }
  }

  private static long count(String text, String words) {
    return text.lines().filter(line -> line.contains(words)).count();
  }
}
