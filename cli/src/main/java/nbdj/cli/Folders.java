package nbdj.cli;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import nbdj.runtime.discovery.Catalog;
import org.jspecify.annotations.Nullable;

/**
 * The folders in which plugins and filters are looked for.
 *
 * <p>In this order: the distribution's, those of {@code --plugin-path}, those of {@code
 * NBDJ_PLUGIN_PATH}, and {@code nbdj} in the person's data folder. A folder that has a sub-folder
 * {@code plugins} or {@code filters} is laid out like the distribution; any other holds jars, or
 * folders of jars, directly.
 */
final class Folders {
  private final List<Path> plugins = new ArrayList<>();
  private final List<Path> filters = new ArrayList<>();

  private Folders() {}

  /**
   * Collect the folders.
   *
   * @param asked the folders of the command line
   * @param environment the environment variables
   * @throws UsageException if a folder of the command line is none
   */
  static Folders of(List<Path> asked, Map<String, String> environment) throws UsageException {
    Folders folders = new Folders();
    String home = System.getProperty("nbdj.home");
    if (home != null) {
      folders.addDistribution(Path.of(home));
    }
    for (Path folder : asked) {
      if (!Files.isDirectory(folder)) {
        throw new UsageException("--plugin-path %s: no such folder".formatted(folder));
      }
      folders.add(folder);
    }
    String path = environment.getOrDefault("NBDJ_PLUGIN_PATH", "");
    for (String folder : path.split(File.pathSeparator, -1)) {
      if (!folder.isEmpty()) {
        folders.add(path("NBDJ_PLUGIN_PATH", folder));
      }
    }
    folders.addDistribution(dataFolder(environment).resolve("nbdj"));
    return folders;
  }

  /** Get where plugins are looked for, the first first. */
  List<Path> plugins() {
    return Collections.unmodifiableList(plugins);
  }

  /** Get where filters are looked for, the first first. */
  List<Path> filters() {
    return Collections.unmodifiableList(filters);
  }

  /** Get what the folders hold. */
  Catalog catalog() {
    return new Catalog(plugins, filters);
  }

  private void addDistribution(Path folder) {
    plugins.add(folder.resolve("plugins"));
    filters.add(folder.resolve("filters"));
  }

  private void add(Path folder) {
    if (Files.isDirectory(folder.resolve("plugins"))
        || Files.isDirectory(folder.resolve("filters"))) {
      addDistribution(folder);
    } else {
      plugins.add(folder);
      filters.add(folder);
    }
  }

  private static Path dataFolder(Map<String, String> environment) throws UsageException {
    @Nullable String data = environment.get("XDG_DATA_HOME");
    // The specification has a relative path ignored.
    if (data != null && data.startsWith("/")) {
      return path("XDG_DATA_HOME", data);
    }
    // The shell's ~, which Java's user.home is not where the variable is set otherwise.
    @Nullable String home = environment.get("HOME");
    return path(
            "HOME", home != null && home.startsWith("/") ? home : System.getProperty("user.home"))
        .resolve(".local/share");
  }

  private static Path path(String variable, String text) throws UsageException {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new UsageException("%s: not a path: %s".formatted(variable, e.getReason()), e);
    }
  }
}
