package nbdj.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cache of classes with which the command starts is used, and never after a jar changed. */
final class CacheIT {
  @TempDir Path folder;

  private Path home;

  @BeforeEach
  void copyDistribution() throws Exception {
    home = folder.resolve("nbdj");
    Path dist = Tool.launcher().resolve("../..").normalize();
    assertEquals(0, Tool.run("cp", "-r", dist, home).status());
    makeCache();
  }

  private void makeCache() throws IOException, InterruptedException {
    Tool.run("sh", home.resolve("lib/make-cache.sh")).ended(0);
  }

  /** Run the copy, and get what it says of where it found its main class. */
  private String sourceOfMain() throws IOException, InterruptedException {
    Path log = folder.resolve("classes");
    ProcessBuilder builder = version();
    builder.environment().put("NBDJ_OPTS", "-Xlog:class+load:file=" + log);
    assertEquals(0, Tool.run(builder).status());
    return Files.readAllLines(log).stream()
        .filter(line -> line.contains(" nbdj.cli.Main "))
        .findFirst()
        .orElseThrow();
  }

  private ProcessBuilder version() {
    ProcessBuilder builder = Tool.nbdjBuilder("--version");
    List<String> words = builder.command();
    words.set(words.indexOf(Tool.launcher().toString()), home.resolve("bin/nbdj").toString());
    return builder;
  }

  @Test
  void start_withTheJarsOfTheCache_readsNoJar() throws Exception {
    assertTrue(sourceOfMain().endsWith("source: shared objects file"), this::quote);
  }

  @Test
  void start_afterAJarWasReplaced_runsTheNewClasses() throws Exception {
    Path jar = home.resolve("lib/nbdj-cli.jar");
    replaceMain(jar);
    Outcome outcome = Tool.run(version());
    assertEquals("the new class\n", outcome.out());
    assertFalse(sourceOfMain().contains("shared"), this::quote);
  }

  @Test
  void makeCache_afterAJarWasReplaced_makesAnother() throws Exception {
    Path of = home.resolve("lib/nbdj.aot.of");
    String before = Files.readString(of);
    Path jar = home.resolve("lib/slf4j-api.jar");
    // What follows the end of an archive is nothing to Java.
    Files.write(jar, new byte[] {0}, StandardOpenOption.APPEND);
    assertFalse(sourceOfMain().contains("shared"), this::quote);
    makeCache();
    assertFalse(Files.readString(of).equals(before));
    assertTrue(sourceOfMain().contains("shared"), this::quote);
  }

  private String quote() {
    try {
      return Tool.run("ls", "-l", home.resolve("lib")).out();
    } catch (IOException | InterruptedException e) {
      return e.toString();
    }
  }

  /** Put a main class into the jar, in place of all that is there, that says one line. */
  private void replaceMain(Path jar) throws IOException {
    Path source = Files.createDirectories(folder.resolve("nbdj/cli")).resolve("Main.java");
    Files.writeString(
        source,
        """
        package nbdj.cli;
        public final class Main {
          public static void main(String... words) {
            System.out.println("the new class");
          }
        }
        """);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    assertEquals(0, compiler.run(null, null, null, "--release", "25", source.toString()));
    Manifest manifest;
    try (JarFile old = new JarFile(jar.toFile())) {
      manifest = new Manifest(old.getManifest());
    }
    assertEquals("nbdj.cli.Main", manifest.getMainAttributes().get(Attributes.Name.MAIN_CLASS));
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file, manifest)) {
      out.putNextEntry(new JarEntry("nbdj/cli/Main.class"));
      out.write(Files.readAllBytes(source.resolveSibling("Main.class")));
    }
  }
}
