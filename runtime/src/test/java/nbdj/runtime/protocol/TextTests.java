package nbdj.runtime.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextTests {
  @ParameterizedTest
  @ValueSource(strings = {"\u001b[31m", "a\r\nb", "\u2028", "\u202e", "\u0085", "\ue000", "\0"})
  void printable_whatMovesTheCursor_isEscaped(String text) {
    String printable = Text.printable(text);
    assertTrue(printable.contains("\\u{"), printable);
    assertEquals(printable, Text.printable(printable));
  }

  @Test
  void printable_lettersOfAnyScript_stay() {
    assertEquals("Größe 大 😀 \\", Text.printable("Größe 大 😀 \\"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "é", "大", "😀", "\n"})
  void message_tooLong_isCutBetweenCharacters(String unit) {
    byte[] message = Text.message(unit.repeat(5000));
    assertTrue(message.length <= 4096 && message.length > 4080, () -> message.length + " bytes");
    String text = new String(message, StandardCharsets.UTF_8);
    assertTrue(text.indexOf('\ufffd') < 0);
  }

  @Test
  void decode_notUtf8OrNul_isInvalid() {
    for (byte[] bytes :
        new byte[][] {{0}, {(byte) 0xff}, {(byte) 0xed, (byte) 0xa0, (byte) 0x80}}) {
      OptionException refusal =
          assertThrows(OptionException.class, () -> Text.decode(ByteBuffer.wrap(bytes)));
      assertEquals(Wire.REP_ERR_INVALID, refusal.replyType());
    }
  }
}
