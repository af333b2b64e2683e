package nbdj.ext4;

import java.nio.charset.StandardCharsets;

/** Turns bytes from an image into text that is safe to show. */
final class Printable {

  private Printable() {}

  /**
   * Return a field as text, up to its first NUL, with {@code ?} for control characters and what is
   * not UTF-8.
   */
  static String field(byte[] bytes, int offset, int length) {
    int end = offset;
    while (end < offset + length && bytes[end] != 0) {
      end++;
    }
    return text(new String(bytes, offset, end - offset, StandardCharsets.UTF_8));
  }

  /** Return a name as text, with {@code ?} for control characters and what is not UTF-8. */
  static String name(byte[] bytes) {
    return text(new String(bytes, StandardCharsets.UTF_8));
  }

  /** Return text with {@code ?} for control characters. */
  static String text(String raw) {
    StringBuilder safe = new StringBuilder(raw.length());
    raw.codePoints()
        .map(c ->
            Character.isISOControl(c) || c == 0xFFFD || Character.getType(c) == Character.FORMAT
                ? '?'
                : c)
        .forEach(safe::appendCodePoint);
    return safe.toString();
  }
}
