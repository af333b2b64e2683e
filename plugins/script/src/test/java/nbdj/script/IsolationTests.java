package nbdj.script;

import static nbdj.script.Scripts.NEEDED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.JavaFileObject;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;
import nbdj.api.ConfigException;
import nbdj.runtime.chain.Chain;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a script sees: the JDK, the interface, its class path, and nothing else of the server. */
class IsolationTests {
  private static final String GREETER =
      "package lib; public class Greeter { public static long size() { return 42; } }";

  private static final String GREETED =
      "long size() { return lib.Greeter.size(); } void pread(ByteBuffer b, long o) {}";

  @TempDir Path folder;

  private Path classes(String packageName, String text) throws IOException {
    Source source = Source.of("Greeter.java", "Greeter.java", text);
    CompiledScript compiled = SystemCompilation.compile(source, new ClassPath());
    Path root = Files.createDirectories(folder.resolve("classes"));
    Path place = Files.createDirectories(root.resolve(packageName));
    Files.write(place.resolve("Greeter.class"), compiled.classes().values().iterator().next());
    return root;
  }

  private Path jar(Path classes) throws IOException {
    Path lib = Files.createDirectories(folder.resolve("lib"));
    Path jar = lib.resolve("greeter.jar");
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file)) {
      out.putNextEntry(new JarEntry("lib/Greeter.class"));
      Files.copy(classes.resolve("lib/Greeter.class"), out);
      out.closeEntry();
    }
    return jar;
  }

  private static void assertServes(Path script, String classPath) throws IOException {
    ScriptPlugin plugin = new ScriptPlugin();
    plugin.load();
    plugin.config("classpath", classPath);
    plugin.config("script", script.toString());
    assertEquals(42, plugin.open(nbdj.api.OpenRequest.of(false, "")).size());
    plugin.unload();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nbdj.runtime.chain.Chain",
        "nbdj.script.ScriptPlugin",
        "org.junit.jupiter.api.Test"
      })
  void classOfTheServer_isUnknownToTheCompiler(String name) {
    String refusal = Scripts.refusal(folder, "Disk.java", "import " + name + ";\n" + NEEDED);
    String inPackage = name.substring(0, name.lastIndexOf('.'));
    assertTrue(
        refusal.contains("Disk.java:1: error: package " + inPackage + " does not exist"), refusal);
  }

  @Test
  void classOfTheServer_isNotFoundAtRunTime() throws IOException {
    // The names are right: here, outside of the script, the classes are found.
    Set<String> names =
        Set.of(Chain.class.getName(), ScriptPlugin.class.getName(), Test.class.getName());
    String script =
        """
        long size() {
          long found = 0;
          for (String name : List.of("%s")) {
            try {
              Class.forName(name);
              found++;
            } catch (ClassNotFoundException hidden) {
            }
          }
          return found;
        }
        void pread(ByteBuffer b, long o) {}
        """;
    try (Scripts scripts =
        Scripts.started(folder, "Disk.java", script.formatted(String.join("\", \"", names)))) {
      assertEquals(0, scripts.open().size());
    }
    try (Scripts scripts =
        Scripts.started(
            folder,
            "Disk.java",
            script.formatted("java.sql.Driver\", \"nbdj.api.Plugin\", \"org.slf4j.Logger"))) {
      assertEquals(3, scripts.open().size());
    }
  }

  @Test
  void jarOfTheInterface_withMoreInIt_showsTheCompilerOnlyTheInterface() throws IOException {
    try (CompilerFiles files =
        new CompilerFiles(
            ToolProvider.getSystemJavaCompiler().getStandardFileManager(null, Locale.ROOT, null),
            List.of(place(nbdj.api.Plugin.class), place(Chain.class)),
            List.of())) {
      assertTrue(lists(files, "nbdj.api"));
      assertFalse(lists(files, "nbdj.runtime.chain"));
    }
  }

  private static Path place(Class<?> type) throws IOException {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (java.net.URISyntaxException e) {
      throw new IOException(e);
    }
  }

  private static boolean lists(CompilerFiles files, String packageName) throws IOException {
    return files
        .list(
            StandardLocation.CLASS_PATH, packageName, EnumSet.of(JavaFileObject.Kind.CLASS), false)
        .iterator()
        .hasNext();
  }

  @Test
  void classPath_ofAFolderAJarOrAFolderOfJars_isSeen() throws IOException {
    Path script = Scripts.write(folder, "Disk.java", GREETED);
    Path classes = classes("lib", GREETER);
    assertServes(script, classes.toString());
    Path jar = jar(classes);
    assertServes(script, jar.toString());
    assertServes(script, jar.getParent() + "/*");
  }

  @Test
  void classPath_withoutTheClass_doesNotCompile() {
    assertEquals(
        """
        does not compile: 1 error
        Disk.java:1: error: package lib does not exist
        long size() { return lib.Greeter.size(); } void pread(ByteBuffer b, long o) {}
                                ^\
        """,
        Scripts.refusal(folder, "Disk.java", GREETED));
  }

  @Test
  void classPath_withItsOwnSharedPackage_doesNotReplaceIt() throws IOException {
    Path classes =
        classes("org/slf4j", "package org.slf4j; public class Greeter { public int x; }");
    ScriptPlugin plugin = new ScriptPlugin();
    plugin.config("classpath", classes.toString());
    Path script = Scripts.write(folder, "Disk.java", NEEDED + "org.slf4j.Greeter g;");
    ConfigException refused =
        assertThrows(ConfigException.class, () -> plugin.config("script", script.toString()));
    assertTrue(
        String.valueOf(refused.getMessage()).contains("cannot find symbol"), refused::toString);
  }

  @Test
  void classPath_thatIsNot_isRefused() throws IOException {
    assertEquals("no such jar or folder", refusal(folder + "/none.jar"));
    Path text = Scripts.write(folder, "notes.txt", "no jar");
    assertEquals("neither a jar nor a folder", refusal(text.toString()));
    assertEquals("no jar is there", refusal(folder + "/*"));
    assertEquals("the folder cannot be read", refusal(folder + "/none/*"));
  }

  @Test
  void classPath_behindTheScript_isRefusedWithTheRightOrder() throws IOException {
    try (Scripts scripts = Scripts.configured(folder, "Disk.java", NEEDED)) {
      assertEquals(
          "the class path stands in front of the script (nbdj script classpath=x.jar Disk.java)",
          scripts.without(
              assertThrows(
                  ConfigException.class, () -> scripts.plugin().config("classpath", "x.jar"))));
    }
  }

  private static String refusal(String classPath) {
    return String.valueOf(
        assertThrows(ConfigException.class, () -> new ScriptPlugin().config("classpath", classPath))
            .getMessage());
  }
}
