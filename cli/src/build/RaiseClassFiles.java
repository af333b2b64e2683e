import java.io.IOException;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;

/**
 * Gives the classes of a jar the class-file version of today, in place: {@code java
 * RaiseClassFiles.java JAR}.
 *
 * <p>picocli's are of Java 5, which has no stack maps. The JVM keeps no such class in an AOT cache,
 * and takes long to verify one. What the methods do is not changed; the stack maps are computed.
 */
final class RaiseClassFiles {
  private RaiseClassFiles() {}

  public static void main(String[] words) throws IOException {
    Path jar = Path.of(words[0]);
    if (isRaised(jar)) {
      return;
    }
    Path raised = Path.of(words[0] + ".raised");
    try (JarFile in = new JarFile(jar.toFile());
        URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, null);
        OutputStream file = Files.newOutputStream(raised);
        JarOutputStream out = new JarOutputStream(file)) {
      ClassFile context =
          ClassFile.of(
              ClassFile.ClassHierarchyResolverOption.of(
                  ClassHierarchyResolver.ofResourceParsing(loader)
                      .orElse(ClassHierarchyResolver.defaultResolver())));
      for (JarEntry entry : Collections.list(in.entries())) {
        byte[] bytes = in.getInputStream(entry).readAllBytes();
        // A class for a later Java stands in a folder for it and is as it should be.
        if (entry.getName().endsWith(".class") && !entry.getName().startsWith("META-INF/")) {
          bytes = raise(context, bytes);
        }
        JarEntry copy = new JarEntry(entry.getName());
        copy.setTime(entry.getTime());
        out.putNextEntry(copy);
        out.write(bytes);
        out.closeEntry();
      }
    }
    Files.move(raised, jar, StandardCopyOption.REPLACE_EXISTING);
  }

  private static boolean isRaised(Path jar) throws IOException {
    try (JarFile in = new JarFile(jar.toFile())) {
      for (JarEntry entry : Collections.list(in.entries())) {
        if (entry.getName().endsWith(".class")) {
          byte[] bytes = in.getInputStream(entry).readNBytes(8);
          return ByteBuffer.wrap(bytes).getShort(6) >= ClassFile.JAVA_25_VERSION;
        }
      }
    }
    return true;
  }

  private static byte[] raise(ClassFile context, byte[] bytes) {
    ClassModel old = context.parse(bytes);
    return context.build(
        old.thisClass().asSymbol(),
        made -> {
          old.forEach(made);
          made.withVersion(ClassFile.JAVA_25_VERSION, 0);
        });
  }
}
