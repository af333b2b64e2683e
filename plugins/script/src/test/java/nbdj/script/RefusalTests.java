package nbdj.script;

import static nbdj.script.Scripts.NEEDED;
import static nbdj.script.Scripts.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import nbdj.api.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Scripts that cannot be: each with the sentence, and the line, that helps. */
class RefusalTests {
  @TempDir Path folder;

  @Test
  void syntaxError_isShownWithItsLineAndPlace() {
    assertEquals(
        """
        does not compile: 1 error
        Disk.java:2: error: ';' expected
          return 8
                  ^\
        """,
        refusal(folder, "Disk.java", "long size() {\n  return 8\n}\n"));
  }

  @Test
  void typeErrors_areAllShown_withWhatTheCompilerHasToSay() {
    String script = "int x = SIZE; " + NEEDED + "\n\n\tint y() { return \"text\"; }\n";
    assertEquals(
        """
        does not compile: 2 errors
        Disk.java:1: error: cannot find symbol
        int x = SIZE; %s
                ^
          symbol:   variable SIZE
          location: class Disk
        Disk.java:3: error: incompatible types: String cannot be converted to int
         int y() { return "text"; }
                          ^\
        """
            .formatted(NEEDED),
        refusal(folder, "Disk.java", script));
  }

  @Test
  void errorInAClass_behindAScriptsFirstLine_hasItsOwnLineNumber() {
    String script = "#!/usr/bin/env -S nbdj script\r\nclass Disk extends Nothing {}\r\n";
    assertEquals(
        """
        does not compile: 1 error
        Disk.java:2: error: cannot find symbol
        class Disk extends Nothing {}
                           ^
          symbol: class Nothing\
        """,
        refusal(folder, "Disk.java", script));
  }

  @Test
  void classLeftOpen_isShownWhereTheFileEnds() {
    assertEquals(
        """
        does not compile: 1 error
        Disk.java:1: error: reached end of file while parsing
        class Disk {
                   ^\
        """,
        refusal(folder, "Disk.java", "class Disk {").replaceAll(" +\\^", "           ^"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``|Disk.java: no class implements Plugin or PluginHandle (or write long size() and void"
            + " pread(ByteBuffer, long) without a class)",
        "class Disk {}|Disk.java: no class implements Plugin or PluginHandle (or write long size()"
            + " and void pread(ByteBuffer, long) without a class)",
        "abstract class Disk implements nbdj.api.Plugin {}|Disk.java: no class implements Plugin or"
            + " PluginHandle (or write long size() and void pread(ByteBuffer, long) without a class)",
        "import nbdj.api.*; class A { abstract class B implements Plugin {} }|Disk.java: no class"
            + " implements Plugin or PluginHandle (or write long size() and void pread(ByteBuffer,"
            + " long) without a class)",
        "import nbdj.api.*; abstract class P implements Plugin { public PluginHandle open(OpenRequest"
            + " r) { return null; } } class A extends P {} class B extends P {}|Disk.java: 2 classes"
            + " implement Plugin: A, B (keep one, or nest the others in it)",
        "import nbdj.api.*; abstract class H implements PluginHandle { public long size() { return 1;"
            + " } public void pread(java.nio.ByteBuffer b, long o) {} } class A extends H {} class B"
            + " extends H {} class C extends H {}|Disk.java: 3 classes implement PluginHandle: A, B, C"
            + " (keep one, or nest the others in it)",
        "import nbdj.api.*; record Disk(long size) implements PluginHandle { public void"
            + " pread(java.nio.ByteBuffer b, long o) {} }|Disk.java: the class Disk needs a"
            + " constructor without parameters",
        "void pread(ByteBuffer b, long o) {}|Disk.java: the method long size() is missing",
        "long size() { return 1; }|Disk.java: the method void pread(ByteBuffer, long) is missing",
        "long size() { return 1; } void pread(ByteBuffer b, int o) {}|Disk.java:1: void"
            + " pread(ByteBuffer, int) is no callback (write void pread(ByteBuffer, long), or choose"
            + " another name)",
        "int size() { return 1; } void pread(ByteBuffer b, long o) {}|Disk.java:1: int size() is no"
            + " callback (write long size(), or choose another name)",
      })
  void fileWithoutAScript_isRefused(String script, String sentence) {
    assertEquals(sentence, refusal(folder, "Disk.java", script));
  }

  @Test
  void methodThatIsACallbackInNameOnly_isShownWithItsLine() {
    assertEquals(
        "Disk.java:3: void trim(long) is no callback (write void trim(long, long, Flags), or choose"
            + " another name)",
        refusal(folder, "Disk.java", NEEDED + "\n\nvoid trim(long all) {}"));
    assertEquals(
        "Disk.java:2: int description() is no callback (write String description() or Optional"
            + " description(), or choose another name)",
        refusal(folder, "Disk.java", NEEDED + "\nint description() { return 1; }"));
  }

  @Test
  void callbacksThatExcludeEachOther_areRefused() {
    String open = "PluginHandle open(OpenRequest request) { return null; }\n";
    assertEquals(
        "Disk.java:2: pread is of no use beside open, whose result has the operations",
        refusal(folder, "Disk.java", open + NEEDED));
    assertEquals(
        "Disk.java:2: config is given the parameters that are declared (add List<Parameter>"
            + " parameters())",
        refusal(folder, "Disk.java", NEEDED + "\nvoid config(String key, String value) {}"));
  }

  @Test
  void parameterOfTheScript_withANameOfThePlugin_isRefused() {
    assertEquals(
        "Disk.java: the parameter classpath cannot be the script's (choose another name)",
        refusal(
            folder,
            "Disk.java",
            NEEDED
                + "List<Parameter> parameters() { return List.of(Parameter.of(\"classpath\","
                + " Parameter.Type.STRING, \"Mine.\")); }"));
  }

  @Test
  void file_thatIsNoSource_isRefused() throws IOException {
    assertEquals("no such file", refusalOf(folder.resolve("none.java").toString()));
    assertEquals("a folder, not a Java source file", refusalOf(folder.toString()));
    Path file = folder.resolve("disk.img");
    Files.write(file, new byte[] {'a', 0, 'b'});
    assertEquals("not Java source: it has a NUL in it", refusalOf(file.toString()));
    Files.write(file, "long größe;".getBytes(StandardCharsets.ISO_8859_1));
    assertEquals("not Java source: it is not UTF-8", refusalOf(file.toString()));
    Files.write(file, new byte[(4 << 20) + 1]);
    assertEquals("not Java source: it is longer than 4 MiB", refusalOf(file.toString()));
  }

  private static String refusalOf(String script) {
    return String.valueOf(
        assertThrows(ConfigException.class, () -> new ScriptPlugin().config("script", script))
            .getMessage());
  }

  @Test
  @ResourceLock(Resources.SYSTEM_ERR)
  void sourceNestedTooDeeply_isRefused_andNothingElseIsPrinted() {
    String deep = "(".repeat(60_000) + "1" + ")".repeat(60_000);
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream before = System.err;
    System.setErr(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      assertEquals(
          "nested too deeply for the compiler",
          refusal(folder, "Disk.java", NEEDED + "int deep = " + deep + ";"));
    } finally {
      System.setErr(before);
    }
    String trace = printed.toString(StandardCharsets.UTF_8);
    assertFalse(trace.contains("com.sun.tools.javac"), trace);
  }

  @Test
  void sourceNestedAsByAPerson_isNot() throws IOException {
    String deep = "(".repeat(1000) + "1" + ")".repeat(1000);
    Scripts.configured(folder, "Disk.java", NEEDED + "int deep = " + deep + ";").close();
  }

  @Test
  void scriptMissing_isRefused() {
    ScriptPlugin plugin = new ScriptPlugin();
    assertEquals(
        "the parameter script is missing (try nbdj script Disk.java)",
        assertThrows(ConfigException.class, plugin::configComplete).getMessage());
    assertTrue(plugin.parameters().getFirst().isMagic());
  }
}
