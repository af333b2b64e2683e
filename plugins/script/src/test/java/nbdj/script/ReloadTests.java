package nbdj.script;

import static nbdj.script.Scripts.NEEDED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import nbdj.api.ConfigException;
import nbdj.api.NbdException;
import nbdj.api.PluginHandle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/** Scripts that change while they are served. */
@ResourceLock(Resources.SYSTEM_PROPERTIES)
class ReloadTests {
  /** Where scripts tell of their lives: no class is shared between one version and the next. */
  private static final String DIARY = "nbdj.script.diary";

  @TempDir Path folder;

  @AfterEach
  void forgetDiary() {
    System.clearProperty(DIARY);
  }

  private static String sized(int size) {
    return "long size() { return %d; } void pread(ByteBuffer b, long o) {}".formatted(size);
  }

  /** A script of a size that writes down what becomes of it. */
  private static String diarist(int size) {
    return sized(size)
        + """
        void say(String what) {
          System.setProperty("%1$s", System.getProperty("%1$s", "") + what + size() + " ");
        }
        void load() { say("load"); }
        void getReady(ThreadModel model) { say("ready"); }
        void afterFork() { say("fork"); }
        void close() { say("close"); }
        void cleanup() { say("cleanup"); }
        void unload() { say("unload"); }
        """
            .formatted(DIARY);
  }

  private static String takeDiary() {
    String said = System.getProperty(DIARY, "");
    System.clearProperty(DIARY);
    return said.strip();
  }

  private Scripts following(String text, String... parameters) throws IOException {
    Scripts scripts = Scripts.configured(folder, "Disk.java", text);
    scripts.plugin().config("reload", "true");
    for (int i = 0; i < parameters.length; i += 2) {
      scripts.plugin().config(parameters[i], parameters[i + 1]);
    }
    return scripts.started();
  }

  private void change(String text) throws IOException {
    Scripts.write(folder, "Disk.java", text);
  }

  private static String refusal(Scripts scripts) {
    return scripts.without(assertThrows(NbdException.class, scripts::open));
  }

  @Test
  void changedFile_withoutReload_isNotLookedAt() throws IOException {
    try (Scripts scripts = Scripts.started(folder, "Disk.java", sized(1))) {
      change("nonsense");
      assertEquals(1, scripts.open().size());
    }
  }

  @Test
  void changedFile_isServedToNewClients_whileOldOnesKeepTheirs() throws IOException {
    try (Scripts scripts = following(sized(1))) {
      PluginHandle old = scripts.open();
      change(sized(2));
      assertEquals(2, scripts.open().size());
      assertEquals(1, old.size());
    }
  }

  @Test
  void replacedScript_endsWithItsLastClient() throws IOException {
    try (Scripts scripts = following(diarist(1))) {
      PluginHandle first = scripts.open();
      PluginHandle second = scripts.open();
      assertEquals("load1 ready1 fork1", takeDiary());
      change(diarist(2));
      scripts.open().close();
      assertEquals("load2 ready2 fork2 close2", takeDiary());
      first.close();
      assertEquals("close1", takeDiary());
      second.close();
      assertEquals("close1 cleanup1 unload1", takeDiary());
      scripts.plugin().cleanup();
    }
    assertEquals("cleanup2 unload2", takeDiary());
  }

  @Test
  void replacedScript_withoutAClient_endsAtOnce() throws IOException {
    try (Scripts scripts = following(diarist(1))) {
      change(diarist(2));
      scripts.plugin().listExports(false, false);
      assertEquals("load1 ready1 fork1 load2 ready2 fork2 cleanup1 unload1", takeDiary());
    }
  }

  @Test
  void brokenFile_refusesNewClients_untilItIsMended() throws IOException {
    try (Scripts scripts = following(sized(1))) {
      PluginHandle old = scripts.open();
      change("long size() { return 1 }");
      String expected = "Disk.java: does not compile: 1 error: Disk.java:1: error: ';' expected";
      assertEquals(expected, refusal(scripts));
      assertEquals(expected, refusal(scripts));
      assertEquals(1, old.size());
      change(sized(3));
      assertEquals(3, scripts.open().size());
    }
  }

  @Test
  void brokenFile_putBackAsItWas_isServedAgain() throws IOException {
    try (Scripts scripts = following(diarist(1))) {
      change("nonsense");
      refusal(scripts);
      change(diarist(1));
      assertEquals(1, scripts.open().size());
      assertEquals("load1 ready1 fork1", takeDiary());
    }
  }

  @Test
  void brokenFile_letsClientsConnect_soThatTheyAreToldWhy() throws IOException {
    try (Scripts scripts = following(sized(1))) {
      change("long size() { return 1 }");
      scripts.plugin().preconnect(false);
      assertThrows(NbdException.class, () -> scripts.plugin().defaultExport(false, false));
    }
  }

  @Test
  void missingFile_refusesNewClients() throws IOException {
    try (Scripts scripts = following(sized(1))) {
      Files.delete(folder.resolve("Disk.java"));
      assertEquals("Disk.java: no such file", refusal(scripts));
    }
  }

  @Test
  void newVersion_isGivenTheParameters() throws IOException {
    String script =
        """
        long size;
        List<Parameter> parameters() {
          return List.of(Parameter.of("size", Parameter.Type.SIZE, "Size."));
        }
        void config(String key, String value) throws IOException { size = Values.size(value); }
        void pread(ByteBuffer b, long o) {}
        long size() { return size; }
        """;
    try (Scripts scripts = following(script, "size", "7")) {
      change(script.replace("return size;", "return size * 2;"));
      assertEquals(14, scripts.open().size());
      change(script.replace("\"size\"", "\"length\""));
      assertEquals(
          "Disk.java: the parameter size is no longer declared (start the server again)",
          refusal(scripts));
      change(script.replace("Type.SIZE", "Type.BOOLEAN"));
      assertEquals("Disk.java: not a boolean (try true, false)", refusal(scripts));
    }
  }

  @Test
  void newVersion_thatNeedsAnotherParameter_isRefused() throws IOException {
    try (Scripts scripts = following(sized(1))) {
      change(
          sized(2)
              + "List<Parameter> parameters() { return List.of(Parameter.of(\"url\","
              + " Parameter.Type.STRING, \"Where.\").required()); }");
      assertEquals(
          "Disk.java: the parameter url is missing (start the server again, with url=...)",
          refusal(scripts));
    }
  }

  @Test
  void newVersion_withAStricterModel_isRefused_andEnded() throws IOException {
    try (Scripts scripts = following(diarist(1))) {
      takeDiary();
      change(
          diarist(2) + "ThreadModel threadModel() { return ThreadModel.SERIALIZE_CONNECTIONS; }");
      assertEquals(
          "Disk.java: the thread model SERIALIZE_CONNECTIONS is stricter than"
              + " SERIALIZE_ALL_REQUESTS, with which the server runs (start it again)",
          refusal(scripts));
      assertEquals("load2 unload2", takeDiary());
    }
  }

  @Test
  void newVersion_thatFailsToStart_isRefusedWithItsLine_andEnded() throws IOException {
    try (Scripts scripts = following(diarist(1))) {
      takeDiary();
      change(
          diarist(2)
              .replace("say(\"fork\");", "say(\"fork\"); throw new IllegalStateException();"));
      assertEquals("Disk.java: Disk.java:6: IllegalStateException", refusal(scripts));
      assertEquals("load2 ready2 fork2 cleanup2 unload2", takeDiary());
      assertEquals("Disk.java: Disk.java:6: IllegalStateException", refusal(scripts));
      assertEquals("", takeDiary());
    }
  }

  @Test
  void standardInput_cannotBeFollowed() throws IOException {
    java.io.InputStream before = System.in;
    System.setIn(
        new java.io.ByteArrayInputStream(NEEDED.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    ScriptPlugin plugin = new ScriptPlugin();
    try {
      plugin.load();
      plugin.config("reload", "true");
      plugin.config("script", "-");
      assertEquals(
          "reload=true: standard input cannot be read again (use a file)",
          assertThrows(ConfigException.class, plugin::configComplete).getMessage());
    } finally {
      System.setIn(before);
      plugin.unload();
    }
  }
}
