package nbdj.script;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.List;
import java.util.stream.Stream;
import nbdj.api.Plugin;
import org.slf4j.Logger;

/** What a script shares with the server, to compile against and to run with. */
final class SharedClasses {
  private static final List<String> PACKAGES = List.of("nbdj.api", "org.slf4j");

  private SharedClasses() {}

  /** Tell whether a package is shared, or inside one that is. */
  static boolean hasPackage(String name) {
    return PACKAGES.stream().anyMatch(shared -> (name + ".").startsWith(shared + "."));
  }

  /** Get the class loader that has them. */
  static ClassLoader loader() {
    return Plugin.class.getClassLoader();
  }

  /**
   * Get the jars or folders that they are in, which may hold other classes too.
   *
   * @throws IOException if they came in a way that the compiler cannot follow
   */
  static List<Path> places() throws IOException {
    return Stream.of(place(Plugin.class), place(Logger.class)).distinct().toList();
  }

  private static Path place(Class<?> type) throws IOException {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    if (source == null || source.getLocation() == null) {
      throw new IOException(unreachable(type));
    }
    try {
      return Path.of(source.getLocation().toURI());
    } catch (URISyntaxException | IllegalArgumentException | FileSystemNotFoundException e) {
      throw new IOException(unreachable(type), e);
    }
  }

  private static String unreachable(Class<?> type) {
    return "a script cannot be compiled here: %s is in no jar or folder of the file system"
        .formatted(type.getName());
  }
}
