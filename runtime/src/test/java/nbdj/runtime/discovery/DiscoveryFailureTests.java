package nbdj.runtime.discovery;

import static nbdj.runtime.discovery.TestBundles.bundle;
import static nbdj.runtime.discovery.TestBundles.pluginSource;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.stream.Stream;
import nbdj.api.Filter;
import nbdj.api.Nbdj;
import nbdj.api.Plugin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Each way to fail has one sentence, and leaves no jar open. */
class DiscoveryFailureTests {
  private static final String SERVER = Nbdj.describe(Nbdj.apiVersion());

  @TempDir private Path temp;
  private Path plugins;
  private Path filters;
  private Path jar;
  private Catalog catalog;

  @BeforeEach
  void folders() throws IOException {
    plugins = Files.createDirectory(temp.resolve("plugins"));
    filters = Files.createDirectory(temp.resolve("filters"));
    jar = plugins.resolve("p.jar");
    catalog = new Catalog(List.of(plugins), List.of(filters));
  }

  @AfterEach
  void noJarIsLeftOpen() throws IOException {
    if (!OS.LINUX.isCurrentOs()) {
      return;
    }
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      for (Path descriptor : descriptors.filter(Files::isSymbolicLink).toList()) {
        if (Files.exists(descriptor)) {
          String target = Files.readSymbolicLink(descriptor).toString();
          assertEquals(false, target.startsWith(temp.toString()), target + " is still open");
        }
      }
    }
  }

  private String failureOf(String asked) {
    return String.valueOf(
        assertThrows(DiscoveryException.class, () -> catalog.plugin(asked)).getMessage());
  }

  private void assertFailure(String reason) {
    assertEquals(jar + ": " + reason, failureOf("p"));
  }

  // What is asked for.

  @Test
  void unknownName_saysWhereItLooked() {
    assertEquals("zz: no such plugin in " + plugins, failureOf("zz"));
  }

  @Test
  void unknownName_nearAKnownOne_asksWhetherThatWasMeant() throws IOException {
    TestBundles.plugin(plugins.resolve("memory.jar"), "memory");
    Files.writeString(plugins.resolve("menagerie.jar"), "names are enough to guess");
    assertEquals(
        "memroy: no such plugin in %s: did you mean memory?".formatted(plugins),
        failureOf("memroy"));
  }

  @Test
  void unknownName_absentFolder_isNamedAsSuch() {
    Path absent = temp.resolve("absent");
    catalog = new Catalog(List.of(plugins, absent), List.of());
    assertEquals(
        "zz: no such plugin in %s, %s (which does not exist)".formatted(plugins, absent),
        failureOf("zz"));
  }

  @Test
  void unknownName_noFolders_asksForAPath() {
    catalog = new Catalog(List.of(), List.of());
    assertEquals(
        "zz: no such plugin in any folder, because none is set: give its path", failureOf("zz"));
  }

  @Test
  void wordThatIsNoName_isRefused() throws IOException {
    Files.createDirectories(plugins.resolve("a_b"));
    for (String word : List.of("..", ".", "", "-x", "a_b", "a b", "é")) {
      assertEquals(
          "'%s' is not the name of a plugin: want letters, digits and hyphens, or a path with a '/'"
              .formatted(word),
          failureOf(word));
    }
  }

  @Test
  void pathWithNul_isRefused() {
    assertEquals("./a\0b: not a path: Nul character not allowed", failureOf("./a\0b"));
  }

  @Test
  void filterInItsFolder_askedForAsPlugin_namesTheOption() throws IOException {
    TestBundles.filter(filters.resolve("ext2.jar"), "ext2");
    assertEquals("ext2 is a filter: use --filter ext2", failureOf("ext2"));
  }

  @Test
  void pluginInItsFolder_askedForAsFilter_namesTheOption() throws IOException {
    TestBundles.plugin(plugins.resolve("memory.jar"), "memory");
    DiscoveryException e = assertThrows(DiscoveryException.class, () -> catalog.filter("memory"));
    assertEquals("memory is a plugin: use --plugin memory", e.getMessage());
  }

  @Test
  void filterByPath_askedForAsPlugin_namesTheOption() throws IOException {
    String path = TestBundles.filter(temp.resolve("my.jar"), "ext2").toString();
    assertEquals("%s is a filter: use --filter %<s".formatted(path), failureOf(path));
  }

  // Files.

  @Test
  void absentPath_isNoSuchFile() {
    Path absent = temp.resolve("absent.jar");
    assertEquals(absent + ": no such file", failureOf(absent.toString()));
  }

  @Test
  void junk_isNotAJar() throws IOException {
    Files.writeString(jar, "junk");
    assertFailure("not a jar: zip END header not found");
  }

  @Test
  void emptyFile_isNotAJar() throws IOException {
    Files.createFile(jar);
    assertFailure("not a jar: zip file is empty");
  }

  @Test
  void junkAmongTheJarsOfAFolder_isNamed() throws IOException {
    TestBundles.plugin(plugins.resolve("p/main.jar"), "p");
    Path junk = Files.writeString(plugins.resolve("p/other.jar"), "junk");
    assertEquals(junk + ": not a jar: zip END header not found", failureOf("p"));
  }

  @Test
  void folderWithoutJars_isSaidToBeSo() throws IOException {
    Path folder = Files.createDirectory(plugins.resolve("p"));
    assertEquals(folder + ": a folder without a jar in it", failureOf("p"));
  }

  @Test
  void linkToItself_cannotBeRead() throws IOException {
    // Unlike a file without permissions, root cannot read this one either.
    Files.createSymbolicLink(jar, jar);
    assertFailure(
        "cannot be read: Too many levels of symbolic links or unable to access attributes of"
            + " symbolic link");
  }

  // Providers.

  @Test
  void noProvider_pointsAtAutoService() throws IOException {
    bundle().source(pluginSource("p", "")).jar(jar);
    assertFailure(
        "holds no plugin or filter (does its build have auto-service on its"
            + " annotationProcessorPaths?)");
  }

  @Test
  void twoProviders_areNamed() throws IOException {
    bundle()
        .plugin("p.Main", pluginSource("p", ""))
        .plugin("p.Second", pluginSource("q", "").replace("class Main", "class Second"))
        .jar(jar);
    assertFailure("holds 2 plugins and filters, want one: p.Main, p.Second");
  }

  @Test
  void providerClassAbsent_isNamed() throws IOException {
    bundle().service(Plugin.class, "p.Gone").jar(jar);
    assertFailure("META-INF/services/nbdj.api.Plugin: Provider p.Gone not found");
  }

  @Test
  void providerOfAnotherType_isNamed() throws IOException {
    bundle().source(pluginSource("p", "")).service(Filter.class, "p.Main").jar(jar);
    assertFailure("META-INF/services/nbdj.api.Filter: p.Main not a subtype");
  }

  @Test
  void constructorWithArguments_isRefused() throws IOException {
    bundle().plugin("p.Main", pluginSource("p", "public Main(int i) {}")).jar(jar);
    assertFailure("no public constructor without arguments: p.Main.<init>()");
  }

  @Test
  void privateConstructor_isRefused() throws IOException {
    bundle().plugin("p.Main", pluginSource("p", "private Main() {}")).jar(jar);
    assertFailure("no public constructor without arguments: p.Main.<init>()");
  }

  @Test
  void classNotPublic_isRefused() throws IOException {
    String source = pluginSource("p", "public Main() {}").replace("public class", "class");
    bundle().plugin("p.Main", source).jar(jar);
    assertFailure("p.Main is not public");
  }

  @Test
  void abstractClass_isRefused() throws IOException {
    String source = pluginSource("p", "").replace("public class", "public abstract class");
    bundle().plugin("p.Main", source).jar(jar);
    assertFailure("p.Main is abstract");
  }

  // Identity.

  @Test
  void unregistered_isRefused() throws IOException {
    bundle().plugin("p.Main", pluginSource("p", "").replaceAll("@Registered.*", "")).jar(jar);
    assertFailure("p.Main lacks @Registered(name, api)");
  }

  @Test
  void impossibleName_isRefused() throws IOException {
    bundle().plugin("p.Main", pluginSource("../../x", "")).jar(jar);
    assertFailure(
        "'../../x' in @Registered of p.Main is not a name: want letters, digits and hyphens");
  }

  private void builtAgainst(int version) throws IOException {
    String source = pluginSource("p", "static { if (true) throw new AssertionError(); }");
    bundle().plugin("p.Main", source.replace("Nbdj.API_VERSION", "" + version)).jar(jar);
  }

  @Test
  void newerMinorVersion_isRefusedBeforeItsCodeRuns() throws IOException {
    builtAgainst(Nbdj.apiVersion() + 1);
    assertFailure(
        "plugin 'p' was built against API %s, this server offers %s: use a newer nbdj"
            .formatted(Nbdj.describe(Nbdj.apiVersion() + 1), SERVER));
  }

  @Test
  void newerMajorVersion_isRefusedBeforeItsCodeRuns() throws IOException {
    builtAgainst(7000);
    assertFailure(
        "plugin 'p' was built against API 7.0, this server offers %s: use a newer nbdj"
            .formatted(SERVER));
  }

  @Test
  void olderMajorVersion_isRefusedBeforeItsCodeRuns() throws IOException {
    builtAgainst(Nbdj.apiVersion() - 1000);
    assertFailure(
        "plugin 'p' was built against API %s, this server offers %s: rebuild it"
            .formatted(Nbdj.describe(Nbdj.apiVersion() - 1000), SERVER));
  }

  @Test
  void olderMinorVersion_isAccepted() throws IOException {
    int oldest = Nbdj.apiVersion() / 1000 * 1000;
    String source = pluginSource("p", "").replace("Nbdj.API_VERSION", "" + oldest);
    bundle().plugin("p.Main", source).jar(jar);
    catalog.plugin("p").close();
  }

  // Code.

  @Test
  void exceptionInConstructor_isToldWithItsMessage() throws IOException {
    bundle()
        .plugin("p.Main", pluginSource("p", "public Main() { Integer.parseInt(\"x\"); }"))
        .jar(jar);
    assertFailure(
        "failed while starting: java.lang.NumberFormatException: For input string: \"x\"");
  }

  @Test
  void exceptionInStaticInitializer_isToldWithItsMessage() throws IOException {
    bundle()
        .plugin("p.Main", pluginSource("p", "static int i = Integer.parseInt(\"x\");"))
        .jar(jar);
    assertFailure(
        "failed while starting: java.lang.NumberFormatException: For input string: \"x\"");
  }

  @Test
  void errorInConstructor_isTold() throws IOException {
    String body = "public Main() { throw new StackOverflowError(\"deep\"); }";
    bundle().plugin("p.Main", pluginSource("p", body)).jar(jar);
    assertFailure("failed while starting: java.lang.StackOverflowError: deep");
  }

  @Test
  void failureWithManyLines_isCutToOneAndKeptAsCause() throws IOException {
    String body = "public Main() { throw new IllegalStateException(\"one\\ntwo\"); }";
    bundle().plugin("p.Main", pluginSource("p", body)).jar(jar);
    DiscoveryException e = assertThrows(DiscoveryException.class, () -> catalog.plugin("p"));
    assertEquals(
        jar + ": failed while starting: java.lang.IllegalStateException: one", e.getMessage());
    Throwable said = assertInstanceOf(ServiceConfigurationError.class, e.getCause()).getCause();
    assertInstanceOf(IllegalStateException.class, said);
  }

  @Test
  void superclassAbsent_isAMissingDependency() throws IOException {
    Path library = bundle().source("package lib; public class Base {}").jar(temp.resolve("l.jar"));
    String source = pluginSource("p", "").replace("class Main", "class Main extends lib.Base");
    bundle().against(library).plugin("p.Main", source).jar(jar);
    assertFailure("missing dependency: lib.Base");
  }

  @Test
  void classOfConstructorAbsent_isAMissingDependency() throws IOException {
    Path library = bundle().source("package lib; public class Used {}").jar(temp.resolve("l.jar"));
    String body = "Object used = new lib.Used();";
    bundle().against(library).plugin("p.Main", pluginSource("p", body)).jar(jar);
    assertFailure("missing dependency: lib.Used");
  }

  @Test
  void typeOfANewerApi_asksForANewerServer() throws IOException {
    Path newer =
        bundle().source("package nbdj.api; public class Newer {}").jar(temp.resolve("l.jar"));
    String source = pluginSource("p", "").replace("class Main", "class Main extends Newer");
    bundle().against(newer).plugin("p.Main", source).jar(jar);
    assertFailure(
        "needs nbdj.api.Newer, which the API %s of this server does not have: use a newer nbdj"
            .formatted(SERVER));
  }

  @Test
  void libraryOfAnotherVersion_namesTheMethod() throws IOException {
    Path old =
        bundle()
            .source("package lib; public class Lib { public static void gone() {} }")
            .jar(temp.resolve("old.jar"));
    bundle()
        .against(old)
        .plugin("p.Main", pluginSource("p", "public Main() { lib.Lib.gone(); }"))
        .jar(plugins.resolve("p/main.jar"));
    bundle().source("package lib; public class Lib {}").jar(plugins.resolve("p/new.jar"));
    assertEquals(
        plugins.resolve("p")
            + ": a library of another version than it was built with: 'void lib.Lib.gone()'",
        failureOf("p"));
  }

  @Test
  void newerJava_namesBothReleases() throws IOException {
    int feature = Runtime.version().feature();
    bundle().classVersion(feature + 44 + 1).plugin("p.Main", pluginSource("p", "")).jar(jar);
    assertFailure("built for Java %d, this is Java %d".formatted(feature + 1, feature));
  }

  @Test
  void damagedClass_isSaidToBeSo() throws IOException {
    bundle().service(Plugin.class, "p.Main").resource("p/Main.class", "junk!").jar(jar);
    assertFailure("holds a damaged class file: Truncated class file");
  }
}
