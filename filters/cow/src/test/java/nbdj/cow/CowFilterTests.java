package nbdj.cow;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import nbdj.api.ConfigException;
import nbdj.api.Next;
import nbdj.client.CommandFlag;
import nbdj.client.NbdClient;
import nbdj.client.NbdServerException;
import nbdj.runtime.server.NbdServer;
import nbdj.runtime.server.NbdServerBuilder;
import nbdj.tck.ReferenceDevice;
import nbdj.tck.ReferencePlugin;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class CowFilterTests {
  private static final int SIZE = 300_001;

  @TempDir Path folder;

  private final ReferenceDevice device = new ReferenceDevice(SIZE);
  private final byte[] content = new byte[SIZE];
  private final AtomicInteger reads = new AtomicInteger();
  private final AtomicReference<CountDownLatch> gate = new AtomicReference<>(new CountDownLatch(0));

  @BeforeEach
  void fillDisk() {
    new Random(1).nextBytes(content);
    device.write(ByteBuffer.wrap(content), 0);
  }

  private NbdServer serve(String... parameters) throws IOException {
    ReferencePlugin plugin =
        new ReferencePlugin(device)
            .withHook(operation -> {
              if (operation.equals("read") || operation.equals("pread")) {
                reads.incrementAndGet();
                await(gate.get());
              }
            });
    NbdServerBuilder builder =
        NbdServer.builder().filter(new CowFilter(folder)).plugin(plugin).privateSocket();
    for (String parameter : parameters) {
      int equals = parameter.indexOf('=');
      builder.config(parameter.substring(0, equals), parameter.substring(equals + 1));
    }
    return builder.start();
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private byte[] below() {
    ByteBuffer bytes = ByteBuffer.allocate(SIZE);
    device.read(bytes, 0);
    return bytes.array();
  }

  @ParameterizedTest
  @ValueSource(strings = {"cow-block-size=4k", "cow-block-size=64k", "cow-on-read=true"})
  void randomOperations_agreeWithAnArray_andTheDiskBelowStays(String parameter) throws IOException {
    long seed = Long.getLong("nbdj.seed", System.nanoTime());
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    byte[] model = content.clone();
    try (NbdServer server = serve(parameter);
        NbdClient one = NbdClient.connect(server.uri());
        NbdClient other = NbdClient.connect(server.uri())) {
      for (int step = 0; step < 600; step++) {
        NbdClient client = random.nextBoolean() ? one : other;
        int at = random.nextInt(SIZE);
        int count = 1 + random.nextInt(Math.min(SIZE - at, 1 << random.nextInt(18)));
        if (random.nextInt(4) == 0) {
          at = at / 65536 * 65536;
          count = Math.min(SIZE - at, 65536);
        }
        switch (random.nextInt(4)) {
          case 0 -> {
            byte[] bytes = new byte[count];
            random.nextBytes(bytes);
            System.arraycopy(bytes, 0, model, at, count);
            client.write(bytes, at);
          }
          case 1 -> {
            Arrays.fill(model, at, at + count, (byte) 0);
            client.writeZeroes(at, count);
          }
          case 2 -> {
            Arrays.fill(model, at, at + count, (byte) 0);
            client.writeZeroes(at, count, CommandFlag.NO_HOLE);
          }
          default ->
              assertArrayEquals(Arrays.copyOfRange(model, at, at + count), client.read(at, count));
        }
      }
      assertArrayEquals(model, one.read(0, SIZE));
      client(server, "another", client -> assertArrayEquals(content, client.read(0, SIZE)));
    }
    assertArrayEquals(content, below());
  }

  /** Something that a client does. */
  private interface Deed {
    void of(NbdClient client) throws IOException;
  }

  private static void client(NbdServer server, String export, Deed deed) throws IOException {
    try (NbdClient client = NbdClient.connect(server.uri(export))) {
      deed.of(client);
    }
  }

  @Test
  void written_clientsThatComeLater_seeItInThatExportAlone() throws IOException {
    try (NbdServer server = serve()) {
      client(server, "a", client -> client.write(new byte[] {1, 2, 3}, 100));
      client(server, "a", c -> assertArrayEquals(new byte[] {1, 2, 3}, c.read(100, 3)));
      client(
          server,
          "b",
          c -> assertArrayEquals(Arrays.copyOfRange(content, 100, 103), c.read(100, 3)));
    }
  }

  @Test
  void partsOfOneBlock_writtenAtOnce_areBothThere() throws Exception {
    try (NbdServer server = serve();
        NbdClient one = NbdClient.connect(server.uri());
        NbdClient other = NbdClient.connect(server.uri())) {
      CountDownLatch closed = new CountDownLatch(1);
      gate.set(closed);
      CompletableFuture<Void> first = one.writeAsync(ByteBuffer.wrap(new byte[] {1, 1}), 10);
      CompletableFuture<Void> second = other.writeAsync(ByteBuffer.wrap(new byte[] {2, 2}), 20);
      while (reads.get() < 2) {
        Thread.onSpinWait();
      }
      // Both have come to the block below; nobody who has no need of it waits.
      one.write(new byte[65536], 65536);
      assertArrayEquals(new byte[10], one.read(65536, 10));
      assertFalse(first.isDone() || second.isDone());
      closed.countDown();
      CompletableFuture.allOf(first, second).get(30, TimeUnit.SECONDS);
      assertArrayEquals(new byte[] {1, 1}, one.read(10, 2));
      assertArrayEquals(new byte[] {2, 2}, one.read(20, 2));
    }
  }

  @Test
  void onRead_whatWasRead_isNotAskedForAgain() throws IOException {
    try (NbdServer server = serve("cow-on-read=true");
        NbdClient client = NbdClient.connect(server.uri())) {
      client.read(0, SIZE);
      int asked = reads.get();
      assertArrayEquals(content, client.read(0, SIZE));
      assertEquals(asked, reads.get());
    }
  }

  @Test
  void onReadWhileAFileExists_follows() throws IOException {
    Path file = folder.resolve("switch");
    try (NbdServer server = serve("cow-on-read=" + file);
        NbdClient client = NbdClient.connect(server.uri())) {
      client.read(0, 512);
      client.read(0, 512);
      assertEquals(2, reads.get());
      Files.createFile(file);
      client.read(0, 512);
      client.read(0, 512);
      assertEquals(3, reads.get());
    }
  }

  @Test
  void onCache_whatWasCached_isNotAskedForAgain() throws IOException {
    try (NbdServer server = serve("cow-on-cache=true");
        NbdClient client = NbdClient.connect(server.uri())) {
      client.cache(0, SIZE);
      int asked = reads.get();
      assertArrayEquals(content, client.read(0, SIZE));
      assertEquals(asked, reads.get());
    }
  }

  @Test
  void fastZero_ofBlocksIsDone_ofPartsRefused() throws IOException {
    try (NbdServer server = serve();
        NbdClient client = NbdClient.connect(server.uri())) {
      client.writeZeroes(65536, 131072, CommandFlag.FAST_ZERO);
      assertThrows(
          NbdServerException.class, () -> client.writeZeroes(1, 131072, CommandFlag.FAST_ZERO));
      assertArrayEquals(Arrays.copyOf(content, 65536), client.read(0, 65536));
      assertArrayEquals(new byte[131072], client.read(65536, 131072));
    }
  }

  @Test
  void running_temporaryFile_hasNoName() throws IOException {
    try (NbdServer server = serve();
        NbdClient client = NbdClient.connect(server.uri());
        Stream<Path> files = Files.list(folder)) {
      client.write(new byte[100_000], 7);
      assertEquals(List.of(), files.toList());
    }
  }

  @Test
  void sameBlocksAgain_temporaryFile_doesNotGrow() throws IOException {
    try (TemporaryFile file = TemporaryFile.in(folder, 4096)) {
      Overlay overlay = new Overlay(file, 4096);
      for (int round = 0; round < 10; round++) {
        overlay.write(nobody(), ByteBuffer.allocate(40_960), 0, 1 << 20);
        overlay.zero(0, 10, Kind.HOLE);
      }
      assertEquals(40_960, file.size());
    }
  }

  /** Get a layer below that must not be asked. */
  private static Next nobody() {
    return (Next)
        Proxy.newProxyInstance(
            Next.class.getClassLoader(),
            new Class<?>[] {Next.class},
            (proxy, method, arguments) -> {
              throw new AssertionError(method);
            });
  }

  @Test
  void namesThatNobodyWroteTo_areForgotten() throws IOException {
    try (Overlays overlays = new Overlays(TemporaryFile.in(folder, 4096), 4096)) {
      for (int i = 0; i < 5; i++) {
        Overlays.Borrowed first = overlays.borrow("name" + i, false);
        Overlays.Borrowed second = overlays.borrow("name" + i, false);
        assertEquals(first.overlay(), second.overlay());
        if (i == 3) {
          first.overlay().zero(0, 1, Kind.ZERO);
        }
        first.close();
        assertEquals(i == 4 ? 2 : 1, overlays.size());
        second.close();
      }
      assertEquals(1, overlays.size());
    }
  }

  @Test
  void noSuchFolder_start_isRefusedWithTheRemedy() {
    folder = folder.resolve("none");
    IOException refusal = assertThrows(IOException.class, this::serve);
    assertTrue(
        String.valueOf(refusal.getMessage()).contains("set TMPDIR to another folder"),
        refusal::toString);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cow-block-size=2k",
        "cow-block-size=5000",
        "cow-block-size=64M",
        "cow-on-read=maybe",
        "cow-on-cache=/tmp"
      })
  void valueThatCannotBe_start_isRefused(String parameter) {
    assertThrows(ConfigException.class, () -> serve(parameter));
  }
}
