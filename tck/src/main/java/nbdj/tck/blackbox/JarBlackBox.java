package nbdj.tck.blackbox;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import nbdj.api.Filter;
import nbdj.runtime.server.NbdServer;
import nbdj.runtime.server.NbdServerBuilder;
import nbdj.tck.Pattern;
import nbdj.tck.ReferenceDevice;
import nbdj.tck.ReferencePlugin;
import org.jspecify.annotations.Nullable;

/**
 * The black box tests of a plugin or filter as it is shipped: in a jar, which gets a class loader
 * of its own. What is in the jar is found out.
 *
 * <pre>{@code
 * class HelloJarIT extends JarBlackBox {
 *   @Override
 *   protected Path jar() {
 *     return Path.of("target/hello-plugin.jar");
 *   }
 * }
 * }</pre>
 *
 * @since 0.1
 */
public abstract non-sealed class JarBlackBox extends BlackBox {
  private static final Pattern CONTENT = new Pattern(0x6e62_646a);

  private @Nullable ReferenceDevice device;

  /** Made by JUnit. */
  protected JarBlackBox() {}

  /** Get the jar, or the folder with the jar and those that it needs. */
  protected abstract Path jar();

  /** Get the parameters with which the layer is served, in their order; none by default. */
  protected Map<String, String> config() {
    return Map.of();
  }

  /** Make the device that a filter is served over; by default a MiB and a bit of a pattern. */
  protected ReferenceDevice device() throws IOException {
    ReferenceDevice fresh = new ReferenceDevice((1 << 20) + 512);
    fresh.write(ByteBuffer.wrap(CONTENT.bytes(0, 1 << 19)), 0);
    return fresh;
  }

  @Override
  final Served serve(boolean readOnly) throws IOException {
    device = null;
    return start(builder().readOnly(readOnly));
  }

  @Override
  final Served serveAgain() throws IOException {
    return start(builder());
  }

  private NbdServerBuilder builder() throws IOException {
    Path jar = jar().toAbsolutePath();
    NbdServerBuilder builder = NbdServer.builder();
    if (isFilter(jar)) {
      ReferenceDevice below = device == null ? device() : device;
      device = below;
      builder.filter(jar.toString()).plugin("reference", new ReferencePlugin(below));
    } else {
      builder.plugin(jar.toString());
    }
    config().forEach(builder::config);
    return builder;
  }

  private static boolean isFilter(Path bundle) throws IOException {
    List<Path> jars = List.of(bundle);
    if (Files.isDirectory(bundle)) {
      try (Stream<Path> files = Files.list(bundle)) {
        jars = files.filter(file -> file.toString().endsWith(".jar")).toList();
      }
    }
    for (Path jar : jars) {
      try (JarFile file = new JarFile(jar.toFile())) {
        if (file.getEntry("META-INF/services/" + Filter.class.getName()) != null) {
          return true;
        }
      }
    }
    return false;
  }
}
