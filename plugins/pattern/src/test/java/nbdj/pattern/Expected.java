package nbdj.pattern;

import java.math.BigInteger;

/** The pattern, worked out in the slowest way. */
final class Expected {
  private Expected() {}

  static byte[] bytes(long offset, int count) {
    byte[] bytes = new byte[count];
    for (int i = 0; i < count; i++) {
      long at = offset + i;
      String word = "%016x".formatted(BigInteger.valueOf(at / 8 * 8));
      int digit = (int) (at % 8) * 2;
      bytes[i] = (byte) Integer.parseInt(word.substring(digit, digit + 2), 16);
    }
    return bytes;
  }
}
