package nbdj.client;

import java.nio.charset.StandardCharsets;

/** Strings that come from a server. */
final class Text {
  private Text() {}

  static String decode(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  static byte[] encode(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Decode a message, with control characters as escapes, so that a line stays a line. */
  static String message(byte[] bytes) {
    StringBuilder out = new StringBuilder(bytes.length);
    decode(bytes)
        .codePoints()
        .forEach(c -> {
          switch (Character.getType(c)) {
            case Character.CONTROL,
                Character.FORMAT,
                Character.SURROGATE,
                Character.PRIVATE_USE,
                Character.UNASSIGNED,
                Character.LINE_SEPARATOR,
                Character.PARAGRAPH_SEPARATOR ->
                out.append("\\u{").append(Integer.toHexString(c)).append('}');
            default -> out.appendCodePoint(c);
          }
        });
    return out.toString();
  }
}
