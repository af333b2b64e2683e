package nbdj.runtime.discovery;

import static nbdj.runtime.discovery.LayerKind.FILTER;
import static nbdj.runtime.discovery.LayerKind.PLUGIN;
import static nbdj.runtime.discovery.TestBundles.bundle;
import static nbdj.runtime.discovery.TestBundles.pluginSource;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogListTests {
  @TempDir private Path temp;
  private Path plugins;
  private Path filters;
  private Catalog catalog;

  @BeforeEach
  void folders() throws IOException {
    plugins = Files.createDirectory(temp.resolve("plugins"));
    filters = Files.createDirectory(temp.resolve("filters"));
    catalog = new Catalog(List.of(plugins), List.of(filters));
  }

  private static CatalogEntry good(LayerKind kind, String name, Path path) {
    return new CatalogEntry(kind, name, path, true, "");
  }

  private static CatalogEntry bad(LayerKind kind, String name, Path path, String reason) {
    return new CatalogEntry(kind, name, path, false, path + ": " + reason);
  }

  @Test
  void absentFolders_listIsEmpty() {
    Catalog nowhere = new Catalog(List.of(temp.resolve("absent")), List.of());
    assertEquals(List.of(), nowhere.list());
  }

  @Test
  void pluginsAndFilters_areListedInOrder() throws IOException {
    Path zero = TestBundles.plugin(plugins.resolve("zero.jar"), "zero");
    TestBundles.plugin(plugins.resolve("memory/main.jar"), "memory");
    Path ext2 = TestBundles.filter(filters.resolve("ext2.jar"), "ext2");
    Files.writeString(plugins.resolve("README"), "not a bundle");
    Files.createDirectory(plugins.resolve(".hidden"));
    assertEquals(
        List.of(
            good(PLUGIN, "memory", plugins.resolve("memory")),
            good(PLUGIN, "zero", zero),
            good(FILTER, "ext2", ext2)),
        catalog.list());
  }

  @Test
  void brokenBundles_areListedWithTheReason_andTheRestGoesOn() throws IOException {
    Path junk = Files.writeString(plugins.resolve("a.jar"), "junk");
    Path good = TestBundles.plugin(plugins.resolve("b.jar"), "b");
    Path empty = Files.createDirectory(plugins.resolve("c"));
    Path gone = bundle().service(nbdj.api.Plugin.class, "p.Gone").jar(plugins.resolve("d.jar"));
    Path format =
        bundle()
            .service(nbdj.api.Filter.class, "p.Main")
            .resource("p/Main.class", "junk!")
            .jar(filters.resolve("e.jar"));
    assertEquals(
        List.of(
            bad(PLUGIN, "a", junk, "not a jar: zip END header not found"),
            good(PLUGIN, "b", good),
            bad(PLUGIN, "c", empty, "a folder without a jar in it"),
            bad(PLUGIN, "d", gone, "META-INF/services/nbdj.api.Plugin: Provider p.Gone not found"),
            bad(FILTER, "e", format, "holds a damaged class file: Truncated class file")),
        catalog.list());
  }

  @Test
  void listing_runsNoCode() throws IOException {
    String members = "static { if (true) throw new AssertionError(\"ran\"); }";
    Path jar = bundle().plugin("p.Main", pluginSource("x", members)).jar(plugins.resolve("x.jar"));
    assertEquals(List.of(good(PLUGIN, "x", jar)), catalog.list());
  }

  @Test
  void nameInAnnotation_differentFromFile_isTold() throws IOException {
    Path jar = TestBundles.plugin(plugins.resolve("asked.jar"), "itself");
    assertEquals(
        List.of(new CatalogEntry(PLUGIN, "asked", jar, true, "calls itself 'itself'")),
        catalog.list());
  }

  @Test
  void fileThatIsNoName_isToldToBeRenamed() throws IOException {
    Path jar = TestBundles.plugin(plugins.resolve("hello world.jar"), "hello");
    assertEquals(
        List.of(bad(PLUGIN, "hello world", jar, "rename it to hello to ask for it by name")),
        catalog.list());
  }

  @Test
  void versionBehindTheName_isLeftOut() throws IOException {
    Path jar = TestBundles.plugin(plugins.resolve("hello-1.0-SNAPSHOT.jar"), "hello");
    Path other = TestBundles.plugin(plugins.resolve("hello-2.jar"), "hello-2");
    assertEquals(
        List.of(good(PLUGIN, "hello", jar), good(PLUGIN, "hello-2", other)), catalog.list());
  }

  @Test
  void severalVersions_areNotUsable() throws IOException {
    Path first = TestBundles.plugin(plugins.resolve("hello-1.0.jar"), "hello");
    Path second = TestBundles.plugin(plugins.resolve("hello-1.1.jar"), "hello");
    String reason =
        "hello: there are %s and %s: remove all but one, or give a path".formatted(first, second);
    assertEquals(
        List.of(
            new CatalogEntry(PLUGIN, "hello", first, false, reason),
            new CatalogEntry(PLUGIN, "hello", second, false, reason)),
        catalog.list());
  }

  @Test
  void versionedJar_besideThePlainOne_isHidden() throws IOException {
    Path plain = TestBundles.plugin(plugins.resolve("hello.jar"), "hello");
    Path versioned = TestBundles.plugin(plugins.resolve("hello-1.0.jar"), "hello");
    assertEquals(
        List.of(
            bad(PLUGIN, "hello", versioned, "hidden by " + plain), good(PLUGIN, "hello", plain)),
        catalog.list());
  }

  @Test
  void secondOfAName_isHiddenByTheFirst() throws IOException {
    Path more = temp.resolve("more");
    Path first = TestBundles.plugin(plugins.resolve("x.jar"), "x");
    Path second = TestBundles.plugin(more.resolve("x.jar"), "x");
    Catalog both = new Catalog(List.of(plugins, more), List.of());
    assertEquals(
        List.of(good(PLUGIN, "x", first), bad(PLUGIN, "x", second, "hidden by " + first)),
        both.list());
  }

  @Test
  void filterAmongPlugins_isNotUsable() throws IOException {
    Path jar = TestBundles.filter(plugins.resolve("ext2.jar"), "ext2");
    assertEquals(
        List.of(bad(PLUGIN, "ext2", jar, "a filter in a folder of plugins")), catalog.list());
  }

  @Test
  void folderForBothKinds_isListedOnce() throws IOException {
    Path filter = TestBundles.filter(plugins.resolve("ext2.jar"), "ext2");
    Path plugin = TestBundles.plugin(plugins.resolve("memory.jar"), "memory");
    Path junk = Files.writeString(plugins.resolve("junk.jar"), "junk");
    Catalog both = new Catalog(List.of(plugins), List.of(plugins));
    assertEquals(
        List.of(
            bad(PLUGIN, "junk", junk, "not a jar: zip END header not found"),
            good(PLUGIN, "memory", plugin),
            good(FILTER, "ext2", filter)),
        both.list());
  }

  @Test
  void fileInPlaceOfAFolder_isListedWithTheReason() throws IOException {
    Path file = Files.writeString(temp.resolve("file"), "");
    Catalog wrong = new Catalog(List.of(file), List.of());
    assertEquals(List.of(bad(PLUGIN, "file", file, "not a folder")), wrong.list());
  }
}
