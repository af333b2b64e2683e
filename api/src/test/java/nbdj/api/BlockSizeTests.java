package nbdj.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BlockSizeTests {
  @Test
  void unknown_isWhatHoldsForAnyExport() {
    assertEquals(new BlockSize(1, 4096, 0xFFFF_FFFFL), BlockSize.UNKNOWN);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 512, 512",
    "512, 512, 512",
    "512, 4096, 33554432",
    "65536, 65536, 65536",
    "1, 33554432, 33554432",
    "1, 4096, 4097",
    "512, 4096, 4294966784",
    "65536, 65536, 4294967295"
  })
  void constraints_ofTheProtocol_areAllowed(long minimum, long preferred, long maximum) {
    assertEquals(maximum, new BlockSize(minimum, preferred, maximum).maximum());
  }

  @ParameterizedTest
  @CsvSource({"0", "-1", "3", "131072", "-9223372036854775808"})
  void minimum_impossible_isRefused(long minimum) {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> new BlockSize(minimum, 33554432, BlockSize.UNLIMITED));
    assertEquals(
        "minimum block size %d must be a power of two from 1 to 65536".formatted(minimum),
        e.getMessage());
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "1, 256", "1, 768", "1, 67108864", "4096, 512", "1, 4294967296"})
  void preferred_impossible_isRefused(long minimum, long preferred) {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> new BlockSize(minimum, preferred, BlockSize.UNLIMITED));
    assertEquals(
        "preferred block size %d must be a power of two from 512 to 32 MiB, at least the minimum"
            .formatted(preferred),
        e.getMessage());
  }

  @ParameterizedTest
  @CsvSource({"512, 0", "512, 2048", "512, 4097", "512, 4294967296", "1, -1"})
  void maximum_impossible_isRefused(long minimum, long maximum) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> new BlockSize(minimum, 4096, maximum));
    assertEquals(
        ("maximum block size %d must be a multiple of the minimum, at least the preferred block"
                + " size, or unlimited")
            .formatted(maximum),
        e.getMessage());
  }
}
