package nbdj.cow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PartsTests {
  @ParameterizedTest
  @CsvSource({
    // offset, count, size: head, first block, blocks, tail
    "0, 4096, 10000, 0, 0, 1, 0",
    "0, 4095, 10000, 0, 0, 0, 4095",
    "5, 10, 10000, 10, 0, 0, 0",
    "5, 4091, 10000, 4091, 0, 0, 0",
    "5, 5000, 10000, 4091, 1, 0, 909",
    "4096, 5904, 10000, 0, 1, 2, 0",
    "8192, 1808, 10000, 0, 2, 1, 0",
    "8193, 1807, 10000, 1807, 0, 0, 0",
    "4000, 6000, 10000, 96, 1, 2, 0",
    "4000, 5000, 10000, 96, 1, 1, 808",
    "0, 9223372036854775807, 9223372036854775807, 0, 0, 2251799813685248, 0",
    "1, 9223372036854775806, 9223372036854775807, 4095, 1, 2251799813685247, 0",
  })
  void range_isPartedAtBlocks(
      long offset, long count, long size, int head, long first, long blocks, int tail) {
    Parts parts = Parts.of(offset, count, size, 4096);
    assertEquals(new Parts(head, blocks == 0 ? parts.firstBlock() : first, blocks, tail), parts);
  }
}
