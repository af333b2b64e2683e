package nbdj.script;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;

/**
 * The files that the compiler sees: the JDK, the packages that scripts share with the server, and
 * the script's class path. What it writes stays in memory. Used by one thread.
 */
final class CompilerFiles extends ForwardingJavaFileManager<StandardJavaFileManager> {
  /** Where the shared packages are; what else is in those jars is not to be seen. */
  private static final JavaFileManager.Location SHARED =
      new JavaFileManager.Location() {
        @Override
        public String getName() {
          return "SHARED";
        }

        @Override
        public boolean isOutputLocation() {
          return false;
        }
      };

  private final Map<String, ByteArrayOutputStream> written = new LinkedHashMap<>();

  /**
   * Make the files.
   *
   * @param standard those of the compiler, which are closed with these
   * @param shared where the shared packages are, among others
   * @param classPath jars and folders
   */
  CompilerFiles(StandardJavaFileManager standard, List<Path> shared, List<Path> classPath)
      throws IOException {
    super(standard);
    standard.setLocationFromPaths(StandardLocation.CLASS_PATH, classPath);
    // Else source files beside the classes would be compiled too.
    standard.setLocationFromPaths(StandardLocation.SOURCE_PATH, List.of());
    standard.setLocationFromPaths(SHARED, shared);
  }

  /** Get the class files written so far, by their names, with dots. */
  Map<String, byte[]> classes() {
    Map<String, byte[]> classes = new LinkedHashMap<>();
    written.forEach((name, bytes) -> classes.put(name, bytes.toByteArray()));
    return classes;
  }

  @Override
  public Iterable<JavaFileObject> list(
      Location location, String packageName, Set<JavaFileObject.Kind> kinds, boolean recurse)
      throws IOException {
    return super.list(place(location, packageName), packageName, kinds, recurse);
  }

  @Override
  public String inferBinaryName(Location location, JavaFileObject file) {
    String name = super.inferBinaryName(location, file);
    return name == null && location == StandardLocation.CLASS_PATH
        ? super.inferBinaryName(SHARED, file)
        : name;
  }

  private static Location place(Location location, String packageName) {
    return location == StandardLocation.CLASS_PATH && SharedClasses.hasPackage(packageName)
        ? SHARED
        : location;
  }

  @Override
  public JavaFileObject getJavaFileForOutput(
      Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
    URI uri = URI.create("memory:///" + className.replace('.', '/') + kind.extension);
    return new SimpleJavaFileObject(uri, kind) {
      @Override
      public OutputStream openOutputStream() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        written.put(className, bytes);
        return bytes;
      }
    };
  }
}
