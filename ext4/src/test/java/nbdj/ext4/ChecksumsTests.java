package nbdj.ext4;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ChecksumsTests {

  private static final long SEED = 7;
  private static final byte[] CHECK = "123456789".getBytes(StandardCharsets.US_ASCII);

  @Test
  void crc32c_ofCheckText_isKnown() {
    assertEquals(~0xE306_9283, Checksums.crc32c(Checksums.START, CHECK, 0, CHECK.length));
  }

  @Test
  void crc32c_ofParts_isThatOfWhole() {
    Random random = new Random(SEED);
    for (int i = 0; i < 500; i++) {
      byte[] bytes = new byte[random.nextInt(200)];
      random.nextBytes(bytes);
      int cut = random.nextInt(bytes.length + 1);
      int state = random.nextInt();
      int parts =
          Checksums.crc32c(Checksums.crc32c(state, bytes, 0, cut), bytes, cut, bytes.length - cut);
      assertEquals(bitwise(state, bytes), parts, "seed " + SEED);
      assertEquals(parts, Checksums.crc32c(state, bytes, 0, bytes.length), "seed " + SEED);
    }
  }

  @Test
  void crc32c_ofNumber_isThatOfItsBytes() {
    assertEquals(bitwise(42, new byte[] {4, 3, 2, 1}), Checksums.crc32c(42, 0x0102_0304));
  }

  @Test
  void crc16_ofCheckText_isKnown() {
    assertEquals(0x4B37, Checksums.crc16(Checksums.START, CHECK, 0, CHECK.length));
  }

  private static int bitwise(int state, byte[] bytes) {
    int crc = state;
    for (byte b : bytes) {
      crc ^= b & 0xFF;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) != 0 ? (crc >>> 1) ^ 0x82F6_3B78 : crc >>> 1;
      }
    }
    return crc;
  }
}
