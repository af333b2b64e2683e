package nbdj.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import nbdj.api.Nbdj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What others compile against changes only when someone means it to, and by how much is told. */
class InterfaceTests {
  private static final Path FOLDER =
      Poms.ROOT.resolve("cli/src/test/resources/nbdj/architecture").normalize();

  /** The text of the interface as it was last released; absent before the first release. */
  private static final Path RELEASED = FOLDER.resolve("api-released.txt");

  private static final String WRITE = "nbdj.interface.write";

  /** What others compile against: the public types of one package, and the module they are in. */
  enum Published {
    API("api", "nbdj.api"),
    SERVER("runtime", "nbdj.runtime.server"),
    TCK("tck", "nbdj.tck");

    private final String module;
    private final String packageName;

    Published(String module, String packageName) {
      this.module = module;
      this.packageName = packageName;
    }

    private Path golden() {
      return FOLDER.resolve(name().toLowerCase(Locale.ROOT) + ".txt");
    }

    private Path classes() {
      return Poms.ROOT.resolve(module).resolve("target/classes");
    }

    private Path sources() {
      return Poms.ROOT
          .resolve(module)
          .resolve("src/main/java")
          .resolve(packageName.replace('.', '/'));
    }
  }

  @ParameterizedTest
  @EnumSource
  void published_isWhatIsWrittenDown(Published published) throws Exception {
    Path golden = published.golden();
    String before = Files.exists(golden) ? Files.readString(golden) : "";
    String now = now(published);
    assertFalse(now.isEmpty(), published.sources() + " has no public type");
    InterfaceChanges changes = InterfaceChanges.between(before, now);
    boolean breaks = !changes.breaches().isEmpty();
    String ask = System.getProperty(WRITE, "");
    if (ask.equals("breaches") || (ask.equals("additions") && !breaks)) {
      Files.writeString(golden, now);
      before = now;
    }
    String kind = breaks ? "breaches" : "additions";
    assertTrue(
        before.equals(now),
        () ->
            String.join(
                "\n",
                published.packageName + " has changed.",
                "Additions, for a new minor version: " + lines(changes.additions()),
                "Breaches, for a new major version: " + lines(changes.breaches()),
                "To write it down: mvn test -Dtest=InterfaceTests"
                    + " -Dsurefire.failIfNoSpecifiedTests=false -D%s=%s".formatted(WRITE, kind),
                "and commit " + Poms.ROOT.relativize(golden)));
  }

  private static String lines(List<String> changes) {
    return changes.isEmpty() ? "none" : "\n  " + String.join("\n  ", changes);
  }

  @Test
  void apiVersion_isRaisedAsTheChangesSinceTheReleaseNeed() throws Exception {
    String now = now(Published.API);
    String released = Files.exists(RELEASED) ? Files.readString(RELEASED) : now;
    InterfaceChanges changes = InterfaceChanges.between(released, now);
    int least = changes.leastVersion(InterfaceChanges.version(released));
    assertTrue(
        InterfaceChanges.version(now) >= least,
        () ->
            "Nbdj.API_VERSION must be at least %d, since the release: %s"
                .formatted(least, changes));
  }

  @Test
  void apiVersionWrittenDown_isTheOneInForce() throws Exception {
    assertEquals(Nbdj.apiVersion(), InterfaceChanges.version(now(Published.API)));
  }

  private static String now(Published published) throws Exception {
    URL[] classes = Stream.of(Published.values()).map(InterfaceTests::address).toArray(URL[]::new);
    try (URLClassLoader loader =
        new URLClassLoader(classes, InterfaceTests.class.getClassLoader())) {
      List<Class<?>> types = new ArrayList<>();
      for (String name : names(published.sources())) {
        addShown(loader.loadClass(published.packageName + "." + name), types);
      }
      return InterfaceText.of(types);
    }
  }

  private static URL address(Published published) {
    try {
      assertTrue(Files.isDirectory(published.classes()), () -> published.module + " is not built");
      return published.classes().toUri().toURL();
    } catch (MalformedURLException e) {
      throw new AssertionError(e);
    }
  }

  private static List<String> names(Path sources) throws IOException {
    try (Stream<Path> files = Files.list(sources)) {
      return files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(file -> file.endsWith(".java") && !file.equals("package-info.java"))
          .map(file -> file.replace(".java", ""))
          .sorted()
          .toList();
    }
  }

  private static void addShown(Class<?> type, List<Class<?>> types) {
    if ((type.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0) {
      types.add(type);
      Stream.of(type.getDeclaredClasses())
          .sorted(Comparator.comparing(Class::getName))
          .forEach(nested -> addShown(nested, types));
    }
  }
}
