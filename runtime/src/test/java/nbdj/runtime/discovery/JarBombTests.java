package nbdj.runtime.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import nbdj.api.Plugin;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Attack: jars that are small on the disk and large when they are read. */
@Timeout(120)
class JarBombTests {
  private static final int MIB = 1 << 20;

  @TempDir private Path temp;
  private Path plugins;

  @BeforeEach
  void folder() throws IOException {
    plugins = Files.createDirectory(temp.resolve("plugins"));
  }

  /** Something to add to a jar. */
  private interface Further {
    void to(JarOutputStream jar) throws IOException;
  }

  /** Copy a good plugin's jar, less an entry, and add to it. */
  private Path plugin(String without, Further further) throws IOException {
    Path good = TestBundles.plugin(temp.resolve("good.jar"), "p");
    Path made = plugins.resolve("p.jar");
    try (JarFile from = new JarFile(good.toFile());
        JarOutputStream to = new JarOutputStream(Files.newOutputStream(made))) {
      further.to(to);
      for (JarEntry entry : Collections.list(from.entries())) {
        if (!entry.getName().equals(without)) {
          to.putNextEntry(new JarEntry(entry.getName()));
          from.getInputStream(entry).transferTo(to);
        }
      }
    }
    return made;
  }

  private static void add(JarOutputStream jar, String name, int mebibytes) throws IOException {
    byte[] comment = new byte[MIB];
    Arrays.fill(comment, (byte) '#');
    jar.putNextEntry(new JarEntry(name));
    for (int i = 0; i < mebibytes; i++) {
      jar.write(comment);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "META-INF/MANIFEST.MF",
        "META-INF/services/nbdj.api.Plugin",
        "META-INF/services/nbdj.api.Filter"
      })
  void fileThatIsReadWhole_ofHundredMebibytes_isRefusedByName(String name) throws IOException {
    Path bomb = plugin(name, jar -> add(jar, name, 100));
    TestBundles.plugin(plugins.resolve("other.jar"), "other");
    assertTrue(Files.size(bomb) < MIB, "it is no bomb");
    Catalog catalog = new Catalog(List.of(plugins), List.of());

    String refusal = bomb + ": " + name + " is longer than 1048576 bytes";
    assertEquals(
        refusal, assertThrows(DiscoveryException.class, () -> catalog.plugin("p")).getMessage());

    List<CatalogEntry> list = catalog.list();
    assertEquals(List.of("other", "p"), list.stream().map(CatalogEntry::name).toList());
    assertTrue(list.getFirst().usable());
    assertFalse(list.getLast().usable());
    assertEquals(refusal, list.getLast().remark());
  }

  @Test
  void fileThatNobodyReads_ofAGibibyte_harmsNobody() throws IOException {
    plugin("", jar -> add(jar, "data.bin", 1024));
    loads();
  }

  @Test
  void hundredThousandFiles_harmNobody() throws IOException {
    plugin(
        "",
        jar -> {
          for (int i = 0; i < 100_000; i++) {
            jar.putNextEntry(new JarEntry("files/" + i));
          }
        });
    loads();
  }

  private void loads() throws IOException {
    try (LoadedLayer<Plugin> loaded = new Catalog(List.of(plugins), List.of()).plugin("p")) {
      assertEquals("p", loaded.name());
    }
  }
}
