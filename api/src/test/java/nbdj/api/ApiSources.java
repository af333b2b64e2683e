package nbdj.api;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The source files of this package, and the types in them. */
final class ApiSources {
  private static final Path FOLDER = Path.of("src/main/java/nbdj/api").toAbsolutePath();

  private ApiSources() {}

  /** Read the files by the name of their type. */
  static SortedMap<String, String> read() throws IOException {
    SortedMap<String, String> sources = new TreeMap<>();
    try (Stream<Path> files = Files.list(FOLDER)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
        String name = String.valueOf(file.getFileName()).replace(".java", "");
        sources.put(name, Files.readString(file));
      }
    }
    return sources;
  }

  /** Get the public types in the order of the alphabet, each nested one after its owner. */
  static List<Class<?>> publicTypes() throws IOException, ClassNotFoundException {
    List<Class<?>> types = new ArrayList<>();
    for (String name : read().keySet()) {
      if (!name.equals("package-info")) {
        addPublic(Class.forName("nbdj.api." + name), types);
      }
    }
    return types;
  }

  private static void addPublic(Class<?> type, List<Class<?>> types) {
    if (Modifier.isPublic(type.getModifiers())) {
      types.add(type);
      for (Class<?> nested : type.getDeclaredClasses()) {
        addPublic(nested, types);
      }
    }
  }
}
