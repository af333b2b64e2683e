package nbdj.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** The word in the place of the plugin, which may be what was meant for a plugin. */
final class PluginWord {
  private PluginWord() {}

  /**
   * Check that the word can be a plugin, as far as that shows without loading one.
   *
   * @param folders where plugins are looked for by name
   * @throws UsageException with the command that was probably meant
   */
  static void check(String word, List<Path> folders) throws UsageException {
    if (word.endsWith(".jar") || isName(word, folders)) {
      return;
    }
    Path path = path(word);
    if (!Files.exists(path)) {
      if (Setting.of(word).key().isPresent()) {
        throw new UsageException(
            "%s: the plugin comes first (try nbdj PLUGIN %1$s)".formatted(word));
      }
      return;
    }
    if (!Files.isDirectory(path) && !mayBeJar(path)) {
      throw new UsageException(
          word.endsWith(".java")
              ? "%s: no plugin, but Java source (try nbdj script %1$s)".formatted(word)
              : "%s: no plugin, but a file (try nbdj file %1$s)".formatted(word));
    }
  }

  private static boolean isName(String word, List<Path> folders) {
    return word.matches("[A-Za-z0-9-]+")
        && folders.stream()
            .anyMatch(folder ->
                Files.isDirectory(folder.resolve(word))
                    || Files.exists(folder.resolve(word + ".jar")));
  }

  private static Path path(String word) throws UsageException {
    try {
      return Path.of(word);
    } catch (InvalidPathException e) {
      throw new UsageException("%s: not a path: %s".formatted(word, e.getReason()), e);
    }
  }

  private static boolean mayBeJar(Path path) {
    if (!Files.isRegularFile(path)) {
      return false;
    }
    try {
      new ZipFile(path.toFile()).close();
      return true;
    } catch (ZipException e) {
      return false;
    } catch (IOException e) {
      // Whoever loads it says why it cannot be read.
      return true;
    }
  }
}
