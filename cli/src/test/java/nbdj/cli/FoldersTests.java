package nbdj.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import nbdj.runtime.discovery.Catalog;
import nbdj.runtime.discovery.DiscoveryException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FoldersTests {
  @TempDir Path folder;

  /** Where a catalog looks for plugins, as its refusal of one tells. */
  private static String places(Folders folders) {
    Catalog catalog = folders.catalog();
    String message =
        assertThrows(DiscoveryException.class, () -> catalog.plugin("nosuch")).getMessage();
    return String.valueOf(message)
        .replaceFirst("nosuch: no such plugin in ", "")
        .replace(" (which does not exist)", "");
  }

  private Path folder(String name) throws IOException {
    return Files.createDirectories(folder.resolve(name));
  }

  @Test
  void folders_areLookedAtInOrder() throws IOException {
    Path asked = folder("asked");
    Path path = folder("path");
    Map<String, String> environment =
        Map.of(
            "NBDJ_PLUGIN_PATH",
            path + File.pathSeparator + File.pathSeparator + folder.resolve("missing"),
            "XDG_DATA_HOME",
            folder.resolve("data").toString());
    assertEquals(
        "%s, %s, %s/missing, %s/data/nbdj/plugins".formatted(asked, path, folder, folder),
        places(Folders.of(List.of(asked), environment)));
  }

  @Test
  void folderLaidOutLikeTheDistribution_holdsItsPluginsInASubfolder() throws IOException {
    Path filtersOnly = folder("one/filters").resolveSibling("");
    Path both = folder("two/plugins").resolveSibling("");
    String places =
        places(Folders.of(List.of(filtersOnly, both), Map.of("XDG_DATA_HOME", "/data")));
    assertEquals(
        "%1$s/one/plugins, %1$s/two/plugins, /data/nbdj/plugins".formatted(folder), places);
  }

  @Test
  void dataFolder_withoutAnAbsoluteVariable_isInTheHomeFolder() throws IOException {
    String expected = System.getProperty("user.home") + "/.local/share/nbdj/plugins";
    assertEquals(expected, places(Folders.of(List.of(), Map.of())));
    assertEquals(expected, places(Folders.of(List.of(), Map.of("XDG_DATA_HOME", "x"))));
  }

  @Test
  void dataFolder_withAHomeOfItsOwn_isInThat() throws IOException {
    assertEquals(
        "/other/home/.local/share/nbdj/plugins",
        places(Folders.of(List.of(), Map.of("HOME", "/other/home"))));
    assertEquals(
        System.getProperty("user.home") + "/.local/share/nbdj/plugins",
        places(Folders.of(List.of(), Map.of("HOME", ""))));
  }

  @Test
  void missingFolderOfTheCommandLine_isRefused() {
    assertEquals(
        "--plugin-path /nowhere: no such folder",
        assertThrows(UsageException.class, () -> Folders.of(List.of(Path.of("/nowhere")), Map.of()))
            .getMessage());
  }
}
