package nbdj.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

final class SystemLogTests {
  private static final LocalDateTime TIME = LocalDateTime.of(2026, 3, 4, 5, 6, 7);

  private static String message(Level level, String text) {
    byte[] bytes = new SystemLog("nbdj").message(level, text, TIME, 42);
    assertTrue(bytes.length <= 1024);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Test
  void message_hasTheFormOfTheCLibrary() {
    assertEquals("<27>Mar  4 05:06:07 nbdj[42]: gone", message(Level.ERROR, "gone"));
    assertEquals("<28>Mar  4 05:06:07 nbdj[42]: late", message(Level.WARN, "late"));
  }

  @Test
  void longMessage_isCutBetweenCharacters() {
    String message = message(Level.ERROR, "ü€".repeat(1000));
    assertTrue(message.getBytes(StandardCharsets.UTF_8).length > 1020, message);
    assertTrue(message.endsWith("ü") || message.endsWith("€"), message);
  }
}
