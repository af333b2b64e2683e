package nbdj.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

@ResourceLock(Resources.SYSTEM_ERR)
final class ConsoleLoggerTests {
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final PrintStream before = System.err;

  @BeforeEach
  void capture() {
    System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void release() {
    System.setErr(before);
  }

  private String lines() {
    return written.toString(StandardCharsets.UTF_8);
  }

  @Test
  void quietLogger_showsWarningsAndErrorsWithoutTraces() {
    Logger logger = new ConsoleLogger("any", Level.WARN);
    logger.debug("hidden");
    logger.info("hidden");
    logger.warn("{} of {}", 1, 2);
    logger.error("close failed", new IOException("disk gone"));
    assertEquals("nbdj: warning: 1 of 2\nnbdj: error: close failed: disk gone\n", lines());
  }

  @Test
  void talkativeLogger_showsThreadAndTrace() {
    Logger logger = new ConsoleLogger("any", Level.DEBUG);
    logger.trace("hidden");
    logger.debug("opened {}", "one");
    logger.error("close failed", new NoSuchFileException("/x"));
    String[] lines = lines().split("\n", -1);
    assertEquals(
        "nbdj: debug: %s: opened one".formatted(Thread.currentThread().getName()), lines[0]);
    assertEquals("nbdj: error: close failed: /x: no such file or folder", lines[1]);
    assertTrue(lines[3].strip().startsWith("at nbdj.cli."), this::lines);
  }

  @Test
  void controlCharacters_ofAClient_areMadeHarmless() {
    new ConsoleLogger("any", Level.WARN).warn("export '{}'", "a\nnbdj: b\u001b[31m");
    assertEquals("nbdj: warning: export 'a nbdj: b\\x1b[31m'\n", lines());
  }

  @Test
  void slf4j_findsThisProvider() {
    assertEquals(ConsoleLogger.class, LoggerFactory.getLogger("any").getClass());
  }
}
