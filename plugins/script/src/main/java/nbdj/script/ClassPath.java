package nbdj.script;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import nbdj.api.ConfigException;
import nbdj.api.Values;

/** The jars and folders that a script may use beside the JDK. Used by one thread. */
final class ClassPath {
  private final List<Path> entries = new ArrayList<>();

  /**
   * Add what one value stands for.
   *
   * @param value a jar, a folder of classes, or {@code FOLDER/*} for all jars of a folder
   * @throws ConfigException if there is no such thing
   */
  void add(String value) throws ConfigException {
    if (value.endsWith("/*")) {
      entries.addAll(jars(value));
      return;
    }
    Path path = Values.path(value);
    if (!Files.exists(path)) {
      throw new ConfigException("no such jar or folder");
    }
    if (!Files.isDirectory(path) && !value.endsWith(".jar")) {
      throw new ConfigException("neither a jar nor a folder");
    }
    entries.add(path);
  }

  /** Get the jars and folders, the first first. */
  List<Path> paths() {
    return List.copyOf(entries);
  }

  /** Get the same for a class loader. */
  URL[] urls() {
    return entries.stream().map(ClassPath::url).toArray(URL[]::new);
  }

  private static List<Path> jars(String value) throws ConfigException {
    Path folder = Values.path(value.substring(0, value.length() - 1));
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> jars = files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
      if (jars.isEmpty()) {
        throw new ConfigException("no jar is there");
      }
      return jars;
    } catch (IOException e) {
      throw e instanceof ConfigException said
          ? said
          : new ConfigException("the folder cannot be read", e);
    }
  }

  private static URL url(Path path) {
    try {
      return path.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalStateException("a path of the file system has a URL: " + path, e);
    }
  }
}
