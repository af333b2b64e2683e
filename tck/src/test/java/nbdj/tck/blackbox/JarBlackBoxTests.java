package nbdj.tck.blackbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import nbdj.api.Filter;
import nbdj.api.Plugin;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** Layers as they are shipped. */
class JarBlackBoxTests {
  @TempDir static Path folder;

  @BeforeAll
  static void pack() throws IOException {
    pack(folder.resolve("plugin.jar"), Plugin.class, PackedPlugin.class, "$1");
    Path bundle = Files.createDirectory(folder.resolve("packed"));
    pack(bundle.resolve("filter.jar"), Filter.class, PackedFilter.class);
  }

  private static void pack(Path jar, Class<?> role, Class<?> layer, String... inner)
      throws IOException {
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file)) {
      out.putNextEntry(new JarEntry("META-INF/services/" + role.getName()));
      out.write(layer.getName().getBytes(StandardCharsets.UTF_8));
      put(out, layer.getName());
      for (String name : List.of(inner)) {
        put(out, layer.getName() + name);
      }
    }
  }

  private static void put(JarOutputStream out, String type) throws IOException {
    String entry = type.replace('.', '/') + ".class";
    out.putNextEntry(new JarEntry(entry));
    try (InputStream in = JarBlackBoxTests.class.getResourceAsStream("/" + entry)) {
      if (in == null) {
        throw new IOException(entry + " is not on the class path");
      }
      in.transferTo(out);
    }
  }

  @Nested
  class OfAPlugin extends JarBlackBox {
    @Override
    protected Path jar() {
      return folder.resolve("plugin.jar");
    }

    @Override
    protected Optional<byte[]> expectedContent() {
      return Optional.of(new byte[70_000]);
    }
  }

  @Nested
  class OfAFilter extends JarBlackBox {
    @Override
    protected Path jar() {
      return folder.resolve("packed");
    }

    @Override
    protected boolean keepsContent() {
      return true;
    }
  }
}
