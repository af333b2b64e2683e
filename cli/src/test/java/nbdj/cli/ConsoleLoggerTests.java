package nbdj.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
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
  void lineAboutAConnection_namesPluginAndConnection() {
    Console.serve("memory");
    MDC.put(LogContext.CONNECTION, "3");
    try {
      new ConsoleLogger("any", Level.WARN).error("out of luck");
      assertEquals("nbdj: memory[3]: error: out of luck\n", lines());
    } finally {
      MDC.remove(LogContext.CONNECTION);
      Console.serve("");
    }
  }

  @Test
  void lineOfALayer_namesTheLayer() throws IOException {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    MDC.put(LogContext.CONNECTION, "12");
    try (URLClassLoader loader = new URLClassLoader("filter:delay", new URL[0], null)) {
      thread.setContextClassLoader(loader);
      new ConsoleLogger("any", Level.WARN).warn("late");
      MDC.remove(LogContext.CONNECTION);
      new ConsoleLogger("any", Level.WARN).warn("later");
      assertEquals("nbdj: delay[12]: warning: late\nnbdj: delay: warning: later\n", lines());
    } finally {
      thread.setContextClassLoader(before);
      MDC.remove(LogContext.CONNECTION);
    }
  }

  @Test
  void connection_isNotInheritedByThreads() throws Exception {
    MDC.put(LogContext.CONNECTION, "3");
    try {
      Thread thread =
          Thread.ofPlatform().start(() -> new ConsoleLogger("any", Level.WARN).warn("x"));
      thread.join();
      assertEquals("nbdj: warning: x\n", lines());
    } finally {
      MDC.remove(LogContext.CONNECTION);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'\u001b]0;x\u0007', '\\x1b]0;x\\x07'",
    "'a\rb', 'a\\x0db'",
    "'\u0000', '\\x00'",
    "'\u009b31m', '\\x9b31m'",
    "'\u202egpj', '\\u{202e}gpj'",
    "'\u2028nbdj: x', '\\u{2028}nbdj: x'",
    "'\ud800', '\\u{d800}'",
    "'gr\u00fc\u00df', 'gr\u00fc\u00df'",
  })
  void treacherousCharacters_areMadeHarmless(String said, String shown) {
    new ConsoleLogger("any", Level.WARN).warn("{}", said);
    assertEquals("nbdj: warning: " + shown + "\n", lines());
  }

  @Test
  void trace_hasNoLineThatBeginsAsOursDo() {
    IOException forged =
        new IOException("x\nnbdj: error: y\u001b[2J", new IOException("\nnbdj: z"));
    new ConsoleLogger("any", Level.DEBUG).error("failed", forged);
    List<String> lines = lines().lines().toList();
    assertEquals("nbdj: error: failed: x nbdj: error: y\\x1b[2J", lines.getFirst());
    assertEquals(1, lines.stream().filter(line -> line.startsWith("nbdj")).count(), this::lines);
    assertEquals(-1, lines().indexOf('\u001b'));
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
