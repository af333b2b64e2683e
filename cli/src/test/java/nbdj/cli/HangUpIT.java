package nbdj.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import nbdj.api.OpenRequest;
import nbdj.api.Plugin;
import nbdj.api.PluginHandle;
import nbdj.api.ThreadModel;
import nbdj.runtime.server.NbdServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients that hang up at every byte of the handshake, while another reads through a handle that a
 * filter shares.
 */
final class HangUpIT {
  private static final int HANG_UPS = 1000;
  private static final int SIZE = 1 << 20;

  @TempDir Path folder;

  /** Serves an image, read-only, and counts. */
  private static final class CountingPlugin implements Plugin {
    final AtomicInteger opens = new AtomicInteger();
    final AtomicInteger closes = new AtomicInteger();
    private final FileChannel image;

    CountingPlugin(FileChannel image) {
      this.image = image;
    }

    @Override
    public ThreadModel threadModel() {
      return ThreadModel.PARALLEL;
    }

    @Override
    public PluginHandle open(OpenRequest request) {
      opens.incrementAndGet();
      return new PluginHandle() {
        @Override
        public long size() throws IOException {
          return image.size();
        }

        @Override
        public void pread(ByteBuffer buffer, long offset) throws IOException {
          long at = offset;
          while (buffer.hasRemaining()) {
            at += image.read(buffer, at);
          }
        }

        @Override
        public void close() {
          closes.incrementAndGet();
        }
      };
    }
  }

  @Test
  void sharedHandle_outlivesClientsThatHangUpAnywhere() throws Exception {
    Path image =
        new Ext4Image(folder)
            .withSparse("one", SIZE, 3, Map.of(0L, SIZE))
            .with("two", "goodbye")
            .make("16M");
    byte[] expected = Ext4Image.dump(image, "/one", folder);
    try (FileChannel channel = FileChannel.open(image, StandardOpenOption.READ);
        ExecutorService threads = Executors.newCachedThreadPool()) {
      CountingPlugin plugin = new CountingPlugin(channel);
      try (NbdServer server =
          NbdServer.builder()
              .plugin(plugin)
              .filterPath(Tool.distribution().resolve("filters"))
              .filter("ext2")
              .config("ext2file", "exportname")
              .privateSocket()
              .start()) {
        AtomicBoolean done = new AtomicBoolean();
        AtomicLong reads = new AtomicLong();
        Future<?> reader = threads.submit(readUntil(done, server.address(), expected, reads));
        hangUpAtEveryByte(server.address());
        done.set(true);
        reader.get(60, TimeUnit.SECONDS);
        assertTrue(reads.get() > 0, "the reader never read");
        assertEquals(1, plugin.opens.get());
        assertEquals(0, plugin.closes.get());
      }
      assertEquals(1, plugin.opens.get());
      assertEquals(1, plugin.closes.get());
    }
  }

  private static void hangUpAtEveryByte(SocketAddress address) throws IOException {
    byte[][] speeches = {
      RawClient.goThenRead("/one"),
      RawClient.exportNameThenRead("/one"),
      RawClient.goThenRead("/nothing"),
      RawClient.exportNameThenRead("/nothing")
    };
    int speech = 0;
    int length = 0;
    for (int i = 0; i < HANG_UPS; i++) {
      RawClient.sayAndHangUp(address, speeches[speech], length);
      if (++length > speeches[speech].length) {
        length = 0;
        speech = (speech + 1) % speeches.length;
      }
    }
  }

  private static Callable<Void> readUntil(
      AtomicBoolean done, SocketAddress address, byte[] expected, AtomicLong reads) {
    return () -> {
      try (RawClient client = new RawClient(address)) {
        client.choose("/one");
        while (!done.get()) {
          assertArrayEquals(expected, client.pread(0, SIZE));
          reads.incrementAndGet();
        }
      }
      return null;
    };
  }
}
