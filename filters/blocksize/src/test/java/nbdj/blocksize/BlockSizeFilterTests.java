package nbdj.blocksize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import nbdj.api.BlockSize;
import nbdj.api.ConfigException;
import nbdj.client.CommandFlag;
import nbdj.client.NbdClient;
import nbdj.client.NbdRefusedException;
import nbdj.client.NbdServerException;
import nbdj.runtime.server.NbdServer;
import nbdj.runtime.server.NbdServerBuilder;
import nbdj.tck.ReferenceDevice;
import nbdj.tck.ReferencePlugin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class BlockSizeFilterTests {
  private static final int SIZE = 64 << 10;
  private static final BlockSize BLOCKS = new BlockSize(512, 4096, 8192);

  private final StrictDisk disk = new StrictDisk(SIZE + 100, BLOCKS, 16384);

  private static NbdServer serve(StrictDisk disk, String... parameters) throws IOException {
    NbdServerBuilder builder =
        NbdServer.builder().filter(new BlockSizeFilter()).plugin(disk).privateSocket();
    for (String parameter : parameters) {
      int equals = parameter.indexOf('=');
      builder.config(parameter.substring(0, equals), parameter.substring(equals + 1));
    }
    return builder.start();
  }

  @Test
  void randomRequests_strictDisk_getsOnlyWhatItTakes() throws IOException {
    long seed = Long.getLong("nbdj.seed", System.nanoTime());
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    byte[] model = Arrays.copyOf(disk.content, SIZE);
    try (NbdServer server = serve(disk, "maxlen=16k");
        NbdClient client = NbdClient.connect(server.uri())) {
      assertEquals(SIZE, client.size());
      for (int step = 0; step < 500; step++) {
        int at = random.nextInt(SIZE);
        int count = 1 + random.nextInt(Math.min(SIZE - at, 1 << random.nextInt(17)));
        switch (random.nextInt(3)) {
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
          default ->
              assertArrayEquals(Arrays.copyOfRange(model, at, at + count), client.read(at, count));
        }
      }
    }
    assertArrayEquals(model, Arrays.copyOf(disk.content, SIZE));
  }

  @Test
  void trim_whatHangsOver_isLeftAlone() throws IOException {
    byte[] model = Arrays.copyOf(disk.content, SIZE);
    Arrays.fill(model, 512, 50 * 1024, (byte) 0);
    try (NbdServer server = serve(disk, "maxlen=16k");
        NbdClient client = NbdClient.connect(server.uri())) {
      client.trim(1, 50 * 1024 + 500);
      client.trim(60_001, 500);
    }
    assertArrayEquals(model, Arrays.copyOf(disk.content, SIZE));
  }

  @Test
  void twoPartsOfOneBlock_writtenAtOnce_areBothThere() throws Exception {
    try (NbdServer server = serve(disk);
        NbdClient one = NbdClient.connect(server.uri());
        NbdClient other = NbdClient.connect(server.uri())) {
      CountDownLatch gate = new CountDownLatch(1);
      disk.gate.set(gate);
      CompletableFuture<Void> first = one.writeAsync(ByteBuffer.wrap(new byte[] {1, 1}), 10);
      CompletableFuture<Void> second = other.writeAsync(ByteBuffer.wrap(new byte[] {2, 2}), 20);
      // A block that neither touches is not waited for.
      one.write(new byte[512], 1024);
      assertFalse(first.isDone() || second.isDone());
      gate.countDown();
      CompletableFuture.allOf(first, second).get(30, TimeUnit.SECONDS);
      assertArrayEquals(new byte[] {1, 1}, one.read(10, 2));
      assertArrayEquals(new byte[] {2, 2}, one.read(20, 2));
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 512", "0, 511", "512, 513"})
  void fastZeroOfParts_isRefusedHavingChangedNothing(int offset, int count) throws IOException {
    byte[] before = disk.content.clone();
    try (NbdServer server = serve(disk);
        NbdClient client = NbdClient.connect(server.uri())) {
      NbdServerException refusal =
          assertThrows(
              NbdServerException.class,
              () -> client.writeZeroes(offset, count, CommandFlag.FAST_ZERO));
      assertEquals("ENOTSUP", refusal.errorName());
    }
    assertArrayEquals(before, disk.content);
  }

  @Test
  void fastZeroOfBlocks_isFastOrRefused() throws IOException {
    try (NbdServer server = serve(disk, "maxlen=512");
        NbdClient client = NbdClient.connect(server.uri())) {
      client.writeZeroes(512, 2048, CommandFlag.FAST_ZERO);
      disk.fastZero = false;
      assertThrows(
          NbdServerException.class, () -> client.writeZeroes(4096, 512, CommandFlag.FAST_ZERO));
    }
    assertArrayEquals(new byte[2048], Arrays.copyOfRange(disk.content, 512, 2560));
  }

  @Test
  void diskSmallerThanABlock_open_isRefusedWithTheRemedy() throws IOException {
    StrictDisk small = new StrictDisk(100, BLOCKS, 512);
    try (NbdServer server = serve(small)) {
      NbdRefusedException refusal =
          assertThrows(NbdRefusedException.class, () -> NbdClient.connect(server.uri()));
      assertEquals(
          "the disk of 100 bytes is smaller than a block of 512 (try --filter truncate"
              + " round-up=512)",
          refusal.serverText());
    }
  }

  @Test
  void blockStatus_ofAPartOfABlock_isThatOfTheRange() throws IOException {
    ReferenceDevice device = new ReferenceDevice(1 << 20);
    device.write(ByteBuffer.wrap(new byte[] {1}), 5000);
    try (NbdServer server =
            NbdServer.builder()
                .filter(new BlockSizeFilter())
                .plugin(new ReferencePlugin(device))
                .config("minblock", "64k")
                .privateSocket()
                .start();
        NbdClient client = NbdClient.connect(server.uri())) {
      assertEquals(5000, client.allocation(5000, 1).getFirst().offset());
      assertEquals(3, client.allocation(0, 1 << 20).size());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "-1, -1, -1, 512, 8192, 9223372036854775296",
    "4096, -1, -1, 4096, 8192, 9223372036854771712",
    "65536, -1, -1, 65536, 65536, 9223372036854710272",
    "512, 1024, 2048, 512, 1024, 2048",
    "-1, 1000, 100, 512, 512, 512",
  })
  void bounds_areThoseGivenOrThoseOfTheLayerBelow(
      long min, long data, long length, int block, int mostData, long mostLength) {
    assertEquals(
        new Bounds(block, mostData, mostLength),
        Bounds.of(given(min), given(data), given(length), BLOCKS));
  }

  private static OptionalLong given(long value) {
    return value < 0 ? OptionalLong.empty() : OptionalLong.of(value);
  }

  @ParameterizedTest
  @CsvSource({
    "minblock=0, 1M",
    "minblock=3, 1M",
    "minblock=128k, 1M",
    "maxdata=0, 1M",
    "maxlen=0, 1M",
    "minblock=4k, 1025"
  })
  void valueThatCannotBe_start_isRefused(String parameter, String maxData) {
    String[] parameters =
        parameter.startsWith("maxdata")
            ? new String[] {parameter}
            : new String[] {parameter, "maxdata=" + maxData};
    assertThrows(ConfigException.class, () -> serve(disk, parameters));
  }
}
