package nbdj.truncate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;
import nbdj.api.ConfigException;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.client.Extent;
import nbdj.client.NbdClient;
import nbdj.client.NbdServerException;
import nbdj.runtime.server.NbdServer;
import nbdj.runtime.server.NbdServerBuilder;
import nbdj.tck.ReferenceDevice;
import nbdj.tck.ReferencePlugin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TruncateFilterTests {
  private static final int BELOW = 10_000;

  private final ReferenceDevice device = new ReferenceDevice(BELOW);

  private NbdServerBuilder builder() {
    return NbdServer.builder()
        .filter(new TruncateFilter())
        .plugin(new ReferencePlugin(device))
        .privateSocket();
  }

  @ParameterizedTest
  @CsvSource({
    "-1, 1, 1, 10000",
    "5000, 1, 1, 5000",
    "0, 1, 1, 0",
    "-1, 512, 1, 10240",
    "-1, 1, 512, 9728",
    "-1, 4096, 512, 12288",
    "5000, 4096, 3000, 6000",
    "8192, 4096, 4096, 8192",
    "-1, 1, 20000, 0",
    "9223372036854775807, 1, 1, 9223372036854775807",
    "9223372036854775807, 9223372036854775807, 1, 9223372036854775807",
  })
  void size_isFixedThenRoundedUpThenDown(long fixed, long up, long down, long expected)
      throws IOException {
    OptionalLong absolute = fixed < 0 ? OptionalLong.empty() : OptionalLong.of(fixed);
    assertEquals(expected, new NewSize(absolute, up, down).over(BELOW));
  }

  @Test
  void roundedUpPastTheLargestSize_size_isRefused() {
    NewSize size = NewSize.AS_BELOW.withFixed(Long.MAX_VALUE).withUp(4096);
    NbdException refusal = assertThrows(NbdException.class, () -> size.over(BELOW));
    assertEquals(NbdError.EOVERFLOW, refusal.error());
    assertTrue(
        String.valueOf(refusal.getMessage()).startsWith("round-up=4096: "), refusal::toString);
  }

  @ParameterizedTest
  @ValueSource(strings = {"round-up", "round-down"})
  void multipleOfNothing_config_isRefused(String key) {
    assertThrows(ConfigException.class, () -> builder().config(key, "0").start());
  }

  @Test
  void longer_writesBehindTheDisk_mustBeZeroes() throws IOException {
    try (NbdServer server = builder().config("truncate", "20000").start();
        NbdClient client = NbdClient.connect(server.uri())) {
      client.write(new byte[] {1, 2, 0, 0}, BELOW - 2);
      client.write(new byte[5000], 15_000);
      NbdServerException refusal =
          assertThrows(
              NbdServerException.class, () -> client.write(new byte[] {7, 8, 0, 9}, BELOW - 2));
      assertEquals("ENOSPC", refusal.errorName());
      assertEquals(
          "there is no space behind the 10000 bytes of the disk: only zeroes can be written there",
          refusal.serverText());
      assertArrayEquals(new byte[] {1, 2, 0, 0}, client.read(BELOW - 2, 4));
      assertArrayEquals(new byte[5000], client.read(15_000, 5000));
    }
  }

  @Test
  void longer_extents_endWithAHole() throws IOException {
    device.write(ByteBuffer.wrap(new byte[] {1}), BELOW - 1);
    try (NbdServer server = builder().config("truncate", "1E").start();
        NbdClient client = NbdClient.connect(server.uri())) {
      List<Extent> extents = client.allocation(BELOW - 1, 1 << 20);
      assertEquals(
          List.of(new Extent(BELOW - 1, 1, 0), new Extent(BELOW, (1 << 20) - 1, 3)), extents);
    }
  }

  @Test
  void shorter_bytesBehindTheEnd_cannotBeReached() throws IOException {
    device.write(ByteBuffer.wrap(new byte[] {5, 6}), 4999);
    try (NbdServer server = builder().config("truncate", "5000").start();
        NbdClient client = NbdClient.connect(server.uri())) {
      assertArrayEquals(new byte[] {5}, client.read(4999, 1));
      assertThrows(IllegalArgumentException.class, () -> client.read(4999, 2));
      client.writeZeroes(0, 5000);
    }
    ByteBuffer behind = ByteBuffer.allocate(2);
    device.read(behind, 4999);
    assertArrayEquals(new byte[] {0, 6}, behind.array());
  }
}
