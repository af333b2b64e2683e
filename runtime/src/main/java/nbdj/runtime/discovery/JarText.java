package nbdj.runtime.discovery;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import nbdj.api.Filter;
import nbdj.api.Plugin;

/**
 * Looks at the files of a jar that are read whole to identify it: a few bytes on a disk may unpack
 * to more than there is memory.
 */
final class JarText {
  /** How long each may be, in bytes. */
  private static final int MOST = 1 << 20;

  private static final List<String> NAMES =
      List.of(
          JarFile.MANIFEST_NAME,
          "META-INF/services/" + Plugin.class.getName(),
          "META-INF/services/" + Filter.class.getName());

  private JarText() {}

  /**
   * Check that none is too long. What a jar says of the lengths is not believed.
   *
   * @throws DiscoveryException that says which is
   */
  static void check(JarFile jar) throws IOException {
    for (String name : NAMES) {
      ZipEntry entry = jar.getEntry(name);
      if (entry != null && isLong(jar, entry)) {
        throw new DiscoveryException(
            "%s: %s is longer than %d bytes".formatted(jar.getName(), name, MOST));
      }
    }
  }

  private static boolean isLong(JarFile jar, ZipEntry entry) throws IOException {
    try (InputStream text = jar.getInputStream(entry)) {
      return text.readNBytes(MOST + 1).length > MOST;
    }
  }
}
