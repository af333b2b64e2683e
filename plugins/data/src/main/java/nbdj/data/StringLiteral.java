package nbdj.data;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import nbdj.api.ConfigException;

/** A text in quotes, with the escapes of C. */
final class StringLiteral {
  private static final String NAMED = "abfnrtv";
  private static final String MEANT = "\u0007\b\f\n\r\t\u000b";

  private final Characters text;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  /**
   * Read a text.
   *
   * @param text behind the first quote
   */
  StringLiteral(Characters text) {
    this.text = text;
  }

  /** Read up to the last quote, and get the bytes, of UTF-8 where they are not escaped. */
  byte[] bytes() throws ConfigException {
    StringBuilder plain = new StringBuilder();
    for (char next = text.take(); next != '"'; next = text.take()) {
      if (next == '\\') {
        flush(plain);
        escape();
      } else {
        plain.append(next);
      }
    }
    flush(plain);
    return bytes.toByteArray();
  }

  private void flush(StringBuilder plain) {
    bytes.writeBytes(plain.toString().getBytes(UTF_8));
    plain.setLength(0);
  }

  private void escape() throws ConfigException {
    char kind = text.take();
    int named = NAMED.indexOf(kind);
    if (named >= 0) {
      bytes.write(MEANT.charAt(named));
    } else if (kind == 'x') {
      bytes.write(digits(16, 2));
    } else if (Character.digit(kind, 8) >= 0) {
      int first = Character.digit(kind, 8);
      bytes.write(first < 4 ? digits(first, 8, 2) : digits(first, 8, 1));
    } else if ("\\\"'?".indexOf(kind) >= 0) {
      bytes.write(kind);
    } else {
      throw text.error(
          "\\%c: no escape that is known (write \\\\ for a backslash)".formatted(kind));
    }
  }

  private int digits(int radix, int most) throws ConfigException {
    if (Character.digit(text.peek(), radix) < 0) {
      throw text.error("a hexadecimal digit is missing");
    }
    return digits(0, radix, most);
  }

  private int digits(int start, int radix, int most) throws ConfigException {
    int value = start;
    for (int i = 0; i < most && Character.digit(text.peek(), radix) >= 0; i++) {
      value = value * radix + Character.digit(text.take(), radix);
    }
    return value;
  }
}
