package nbdj.script;

import static nbdj.script.Scripts.NEEDED;
import static nbdj.script.Scripts.failure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.PluginHandle;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;

/** Scripts whose code fails: each failure names the line. */
class FailureTests {
  private static final String HANDLE =
      "import nbdj.api.*; class Disk implements PluginHandle { public long size() { return 1; }"
          + " public void pread(java.nio.ByteBuffer b, long o) {}\n";

  @TempDir Path folder;

  @Test
  void constructorThatThrows_ofAPlugin_failsTheStart() {
    assertEquals(
        "Disk.java:3: IllegalStateException: not today",
        failure(
            folder,
            "Disk.java",
            """
            import nbdj.api.*;
            public class Disk implements Plugin {
              Disk() { throw new IllegalStateException("not today"); }
              public PluginHandle open(OpenRequest request) { return null; }
            }
            """));
  }

  @Test
  void fieldThatThrows_ofACompactFile_failsTheStart() {
    assertEquals(
        "Disk.java:2: ArithmeticException: / by zero",
        failure(folder, "Disk.java", NEEDED + "\nint x = 1 / (int) Math.log(1);"));
  }

  @Test
  void staticInitialiserThatThrows_failsTheStart() {
    assertEquals(
        "Disk.java:2: ArithmeticException: / by zero",
        failure(folder, "Disk.java", HANDLE + "static int x = 1 / (int) Math.log(1); }"));
  }

  @Test
  void loadThatThrows_failsTheStart() {
    assertEquals(
        "Disk.java:2: UnsupportedOperationException",
        failure(
            folder,
            "Disk.java",
            NEEDED + "\nvoid load() { throw new UnsupportedOperationException(); }"));
  }

  @Test
  void parametersThatAreNull_failTheStart() {
    assertEquals(
        "Disk.java: NullPointerException: parameters returned null",
        failure(folder, "Disk.java", NEEDED + "List<Parameter> parameters() { return null; }"));
  }

  @Test
  void constructorThatThrows_ofAHandle_refusesTheClient() throws IOException {
    try (Scripts scripts =
        Scripts.started(
            folder,
            "Disk.java",
            HANDLE + "Disk() { throw new IllegalStateException(\"no\"); } }")) {
      NbdException refused = assertThrows(NbdException.class, scripts::open);
      assertEquals("Disk.java:2: IllegalStateException: no", refused.getMessage());
      assertEquals(NbdError.EIO, refused.error());
    }
  }

  @Test
  void openThatReturnsNull_refusesTheClient() throws IOException {
    String script = "PluginHandle open(OpenRequest request) { return null; }";
    try (Scripts scripts = Scripts.started(folder, "Disk.java", script)) {
      assertEquals(
          "Disk.java: NullPointerException: open returned null",
          assertThrows(NbdException.class, scripts::open).getMessage());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "int x = 0; x = 1 / x;|Disk.java:4: ArithmeticException: / by zero",
        "throw new Broken();|Disk.java:4: Broken",
        "flush();|Disk.java:4: StackOverflowError",
        "helper(List.of());|Disk.java:3: NoSuchElementException",
        "throw new InterruptedException(\"a\\n b\");|Disk.java:4: InterruptedException: a b",
        "new ArrayList<>(-1);|Disk.java:4: IllegalArgumentException: Illegal Capacity: -1",
      })
  void operationThatThrows_failsTheRequestWithItsLine(String body, String sentence)
      throws IOException {
    String script =
        NEEDED
            + "\nstatic class Broken extends RuntimeException {}"
            + "\nvoid helper(List<String> l) { l.getFirst(); }"
            + "\nvoid flush() throws Exception { "
            + body
            + " }";
    try (Scripts scripts = Scripts.started(folder, "Disk.java", script)) {
      NbdException failed = assertThrows(NbdException.class, scripts.open()::flush);
      assertEquals(sentence, failed.getMessage());
      assertEquals(NbdError.EIO, failed.error());
    }
  }

  @Test
  void failureThatTheScriptMeans_staysAsItIs() throws IOException {
    String script =
        NEEDED
            + """
            void flush() throws IOException { throw new IOException("the backend is down"); }
            void cache(long offset, long count) throws NbdException {
              throw new NbdException(NbdError.ENOSPC, "full");
            }
            """;
    try (Scripts scripts = Scripts.started(folder, "Disk.java", script)) {
      PluginHandle handle = scripts.open();
      IOException down = assertThrows(IOException.class, handle::flush);
      assertEquals(IOException.class, down.getClass());
      assertEquals("the backend is down", down.getMessage());
      NbdException full = assertThrows(NbdException.class, () -> handle.cache(0, 1));
      assertEquals(NbdError.ENOSPC, full.error());
    }
  }

  @Test
  void failureWithoutATrace_namesTheFile() {
    Source source = Source.of("dir/Disk.java", "Disk.java", "");
    Trouble trouble = new Trouble(source, getClass().getClassLoader(), new Lines());
    ArithmeticException bare = new ArithmeticException("/ by zero");
    bare.setStackTrace(new StackTraceElement[0]);
    assertEquals("Disk.java: ArithmeticException: / by zero", trouble.inService(bare).getMessage());
  }

  @Test
  void failureAtOnePlace_isLoggedLoudlyOnce() {
    Lines lines = new Lines();
    Source source = Source.of("dir/Disk.java", "Disk.java", "");
    Trouble trouble = new Trouble(source, getClass().getClassLoader(), lines);
    for (int i = 0; i < 3; i++) {
      assertInstanceOf(
          NbdException.class, trouble.inService(new IllegalStateException("round " + i)));
    }
    trouble.inService(new ArithmeticException());
    trouble.inService(new IOException("not a fault"));
    assertEquals(
        List.of(
            "script: Disk.java: IllegalStateException: round 0",
            "script: Disk.java: ArithmeticException"),
        lines.errors);
    assertTrue(lines.debugs.contains("script: Disk.java: IllegalStateException: round 2"));
  }

  @Test
  void callbacks_findTheScriptsClassLoaderInTheirThread() throws IOException {
    String script =
        """
        ClassLoader seen = Thread.currentThread().getContextClassLoader();
        long size() { return seen == getClass().getClassLoader() ? 1 : 0; }
        void pread(ByteBuffer b, long o) {
          seen = Thread.currentThread().getContextClassLoader();
          b.put((byte) size());
        }
        """;
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    try (Scripts scripts = Scripts.started(folder, "Disk.java", script)) {
      PluginHandle handle = scripts.open();
      assertEquals(1, handle.size());
      ByteBuffer buffer = ByteBuffer.allocate(1);
      handle.pread(buffer, 0);
      assertEquals(1, buffer.get(0));
    }
    assertEquals(before, Thread.currentThread().getContextClassLoader());
  }

  /** Keeps what is logged. */
  private static final class Lines extends LegacyAbstractLogger {
    private static final long serialVersionUID = 1;

    final transient List<String> errors = new ArrayList<>();
    final transient List<String> debugs = new ArrayList<>();

    @Override
    public boolean isTraceEnabled() {
      return true;
    }

    @Override
    public boolean isDebugEnabled() {
      return true;
    }

    @Override
    public boolean isInfoEnabled() {
      return true;
    }

    @Override
    public boolean isWarnEnabled() {
      return true;
    }

    @Override
    public boolean isErrorEnabled() {
      return true;
    }

    @Override
    protected @Nullable String getFullyQualifiedCallerName() {
      return null;
    }

    @Override
    protected void handleNormalizedLoggingCall(
        Level level,
        @Nullable Marker marker,
        @Nullable String pattern,
        Object @Nullable [] arguments,
        @Nullable Throwable thrown) {
      String line = org.slf4j.helpers.MessageFormatter.basicArrayFormat(pattern, arguments);
      (level == Level.ERROR ? errors : debugs).add(line);
    }
  }
}
