package nbdj.runtime.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Strings that come from clients or go to them. */
final class Text {
  private Text() {}

  /**
   * Decode a string of the protocol.
   *
   * @param bytes all that remains of it is the string
   * @throws OptionException if it is not UTF-8 or holds NUL
   */
  static String decode(ByteBuffer bytes) throws OptionException {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw OptionException.invalid("a string is not UTF-8", e);
    }
    if (text.indexOf('\0') >= 0) {
      throw OptionException.invalid("a string holds NUL");
    }
    return text;
  }

  /** Write control characters and what is no character as escapes, so that a line stays a line. */
  static String printable(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
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

  /** Encode a message for a client: printable, and cut to what the protocol allows. */
  static byte[] message(String text) {
    String cut = text.length() > Wire.MAX_STRING ? text.substring(0, Wire.MAX_STRING) : text;
    byte[] bytes = printable(cut).getBytes(StandardCharsets.UTF_8);
    if (bytes.length <= Wire.MAX_STRING) {
      return bytes;
    }
    int end = Wire.MAX_STRING;
    while ((bytes[end] & 0xc0) == 0x80) {
      end--;
    }
    return java.util.Arrays.copyOf(bytes, end);
  }

  /** Get what a failure says, for people. */
  static String of(Throwable failure) {
    String message = failure.getMessage();
    return message == null || message.isBlank() ? failure.getClass().getSimpleName() : message;
  }
}
