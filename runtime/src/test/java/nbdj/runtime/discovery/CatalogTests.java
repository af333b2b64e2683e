package nbdj.runtime.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import nbdj.api.Filter;
import nbdj.api.Plugin;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogTests {
  @TempDir private Path temp;
  private Path plugins;
  private Path filters;
  private Catalog catalog;

  @BeforeEach
  void folders() {
    plugins = temp.resolve("plugins");
    filters = temp.resolve("filters");
    catalog = new Catalog(List.of(plugins), List.of(filters));
  }

  private static Path describedPlugin(Path jar, String description) throws IOException {
    String member = "public String description() { return \"%s\"; }".formatted(description);
    return TestBundles.bundle().plugin("p.Main", TestBundles.pluginSource("any", member)).jar(jar);
  }

  private static String descriptionOf(Catalog catalog, String asked) throws IOException {
    try (LoadedLayer<Plugin> layer = catalog.plugin(asked)) {
      return layer.instance().description();
    }
  }

  @Test
  void jarInFolder_byName_isLoaded() throws IOException {
    Path jar = TestBundles.plugin(plugins.resolve("memory.jar"), "memory");
    try (LoadedLayer<Plugin> layer = catalog.plugin("memory")) {
      assertEquals("memory", layer.name());
      assertEquals(jar, layer.path());
      assertEquals("plugin:memory", layer.loader().getName());
      assertEquals("p.Main", layer.instance().getClass().getName());
    }
  }

  @Test
  void filterInFolder_byName_isLoaded() throws IOException {
    TestBundles.filter(filters.resolve("ext2.jar"), "ext2");
    try (LoadedLayer<Filter> layer = catalog.filter("ext2")) {
      assertEquals("ext2", layer.name());
      assertEquals("filter:ext2", layer.loader().getName());
    }
  }

  @Test
  void folderOfJars_byName_isOneBundle() throws IOException {
    Path library =
        TestBundles.bundle()
            .source(
                "package lib; public class Lib { public static String say() { return \"hi\"; }}")
            .jar(plugins.resolve("talker/lib.jar"));
    String member = "public String description() { return lib.Lib.say(); }";
    TestBundles.bundle()
        .against(library)
        .plugin("p.Main", TestBundles.pluginSource("talker", member))
        .jar(plugins.resolve("talker/main.jar"));
    Files.writeString(plugins.resolve("talker/README"), "not a jar, and not looked at");
    assertEquals("hi", descriptionOf(catalog, "talker"));
  }

  @Test
  void folderWhoseLibraryIsALayerToo_byName_isThatOfTheJarOfItsName() throws IOException {
    TestBundles.bundle()
        .plugin("p.Library", TestBundles.pluginSource("library", "").replace("Main", "Library"))
        .jar(plugins.resolve("talker/a-library.jar"));
    describedPlugin(plugins.resolve("talker/talker.jar"), "the talker");
    assertEquals("the talker", descriptionOf(catalog, "talker"));
  }

  @Test
  void folderBesideJar_byName_folderWins() throws IOException {
    describedPlugin(plugins.resolve("x.jar"), "jar");
    describedPlugin(plugins.resolve("x/x.jar"), "folder");
    assertEquals("folder", descriptionOf(catalog, "x"));
  }

  @Test
  void nameInTwoFolders_firstFolderWins() throws IOException {
    Path more = temp.resolve("more");
    describedPlugin(plugins.resolve("x.jar"), "first");
    describedPlugin(more.resolve("x.jar"), "second");
    describedPlugin(more.resolve("y.jar"), "only");
    Catalog both = new Catalog(List.of(plugins, more), List.of());
    assertEquals("first", descriptionOf(both, "x"));
    assertEquals("only", descriptionOf(both, "y"));
  }

  @Test
  void pathWithSlash_ofJarOrFolder_isLoadedFromThere() throws IOException {
    Path folder = temp.resolve("elsewhere");
    Path jar = describedPlugin(folder.resolve("lone.jar"), "by path");
    assertEquals("by path", descriptionOf(catalog, jar.toString()));
    assertEquals("by path", descriptionOf(catalog, folder.toString()));
  }

  @Test
  void nameEndingInJar_isAPathFromTheWorkingFolder() throws IOException {
    TestBundles.plugin(plugins.resolve("memory.jar"), "memory");
    DiscoveryException e =
        assertThrows(DiscoveryException.class, () -> catalog.plugin("memory.jar"));
    assertEquals("memory.jar: no such file", e.getMessage());
  }

  @Test
  void pathUpwards_isNotLookedForInTheFolders() throws IOException {
    TestBundles.plugin(temp.resolve("x.jar"), "x");
    Catalog deep = new Catalog(List.of(plugins.resolve("a/b")), List.of());
    Files.createDirectories(plugins.resolve("a/b"));
    DiscoveryException e = assertThrows(DiscoveryException.class, () -> deep.plugin("../../x"));
    assertEquals("../../x: no such file", e.getMessage());
  }

  @Test
  void brokenJarElsewhere_doesNotStopAGoodOne() throws IOException {
    TestBundles.plugin(plugins.resolve("good.jar"), "good");
    Files.writeString(plugins.resolve("broken.jar"), "junk");
    Files.createDirectories(plugins.resolve("empty"));
    try (LoadedLayer<Plugin> layer = catalog.plugin("good")) {
      assertEquals("good", layer.name());
    }
  }

  @Test
  void nameInAnnotation_differentFromFile_isTheLayersName() throws IOException {
    TestBundles.plugin(plugins.resolve("asked.jar"), "itself");
    try (LoadedLayer<Plugin> layer = catalog.plugin("asked")) {
      assertEquals("itself", layer.name());
    }
  }

  @Test
  void twoLoadsOfOneName_shareNothing() throws IOException {
    TestBundles.filter(filters.resolve("twice.jar"), "twice");
    try (LoadedLayer<Filter> one = catalog.filter("twice");
        LoadedLayer<Filter> two = catalog.filter("twice")) {
      assertNotSame(one.instance(), two.instance());
      assertNotSame(one.instance().getClass(), two.instance().getClass());
    }
  }

  @Test
  void closedLayer_itsLoaderLoadsNothingMore() throws Exception {
    TestBundles.bundle()
        .plugin("p.Main", TestBundles.pluginSource("x", ""))
        .source("package p; public class Late {}")
        .source("package p; public class Early {}")
        .jar(plugins.resolve("x.jar"));
    LoadedLayer<Plugin> layer = catalog.plugin("x");
    layer.loader().loadClass("p.Early");
    layer.close();
    assertThrows(ClassNotFoundException.class, () -> layer.loader().loadClass("p.Late"));
  }

  @Test
  void constructor_runsWithItsOwnContextClassLoader() throws IOException {
    String members =
        "String seen = Thread.currentThread().getContextClassLoader().getName();"
            + " public String description() { return seen; }";
    TestBundles.bundle()
        .plugin("p.Main", TestBundles.pluginSource("x", members))
        .jar(plugins.resolve("x.jar"));
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    assertEquals("plugin:x", descriptionOf(catalog, "x"));
    assertEquals(before, Thread.currentThread().getContextClassLoader());
  }
}
