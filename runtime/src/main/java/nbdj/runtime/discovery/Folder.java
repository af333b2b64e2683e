package nbdj.runtime.discovery;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder in which bundles are looked for; it need not exist.
 *
 * @param path the folder
 */
record Folder(Path path) {
  /**
   * Get the bundles that a name may stand for: the folder of that name, or else the jar, or else
   * all jars that have a version behind the name, as a build makes them.
   */
  List<Path> locate(String name) {
    Path folder = path.resolve(name);
    Path jar = path.resolve(name + ".jar");
    if (Files.isDirectory(folder)) {
      return List.of(folder);
    }
    // A dangling link counts: to say that it cannot be read helps more than to say nothing of it.
    return Files.exists(jar, LinkOption.NOFOLLOW_LINKS) ? List.of(jar) : versions(name);
  }

  private List<Path> versions(String name) {
    try {
      return bundles().stream()
          .filter(file -> Bundle.fileName(file).startsWith(name))
          .filter(file -> Bundle.layerName(file).equals(name) && !Files.isDirectory(file))
          .toList();
    } catch (IOException e) {
      // What cannot be listed has no versions to find; describe() tells the person why.
      return List.of();
    }
  }

  /**
   * List the folders and jars in the order of the alphabet; none if the folder does not exist.
   *
   * @throws IOException if the folder cannot be read
   */
  List<Path> bundles() throws IOException {
    if (!Files.exists(path)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(path)) {
      return files.filter(Folder::mayBeBundle).sorted().toList();
    }
  }

  private static boolean mayBeBundle(Path file) {
    String name = String.valueOf(file.getFileName());
    return !name.startsWith(".") && (name.endsWith(".jar") || Files.isDirectory(file));
  }

  /** List the names of {@link #bundles}; none if the folder cannot be read. */
  List<String> names() {
    try {
      return bundles().stream().map(Bundle::layerName).toList();
    } catch (IOException e) {
      // Only to guess at spelling; describe() tells the person of the folder's state.
      return List.of();
    }
  }

  /** Write the folder for a sentence that says where something was looked for. */
  String describe() {
    return Files.isDirectory(path)
        ? Files.isReadable(path) ? path.toString() : path + " (which cannot be read)"
        : path + " (which does not exist)";
  }
}
