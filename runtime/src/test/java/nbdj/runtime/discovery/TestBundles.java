package nbdj.runtime.discovery;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import nbdj.api.Filter;
import nbdj.api.Nbdj;
import nbdj.api.Plugin;

/** Makes jars of plugins and filters from source text, whole ones and broken ones. */
public final class TestBundles {
  private static final Pattern PACKAGE = Pattern.compile("package ([\\w.]+);");
  private static final Pattern TYPE = Pattern.compile("\\b(?:class|interface) (\\w+)");

  /** Where a class file has its major version: two bytes. */
  private static final int VERSION_AT = 6;

  private final Map<String, String> sources = new LinkedHashMap<>();
  private final Map<String, byte[]> entries = new TreeMap<>();
  private final List<Path> classPath = new ArrayList<>(List.of(apiPath()));
  private int classVersion;

  /** Begin a jar. */
  public static TestBundles bundle() {
    return new TestBundles();
  }

  /** Make a jar with a plugin that does nothing. */
  public static Path plugin(Path jar, String name) throws IOException {
    return bundle().plugin("p.Main", pluginSource(name, "")).jar(jar);
  }

  /** Make a jar with a filter that does nothing. */
  public static Path filter(Path jar, String name) throws IOException {
    return bundle().filter("p.Main", filterSource(name, "")).jar(jar);
  }

  /** Write the source of a plugin {@code p.Main} with further members. */
  public static String pluginSource(String name, String members) {
    return """
    package p;
    import nbdj.api.*;
    @Registered(name = "%s", api = Nbdj.API_VERSION)
    public class Main implements Plugin {
      %s
      @Override public PluginHandle open(OpenRequest request) { throw new AssertionError(); }
    }
    """
        .formatted(name, members);
  }

  /** Write the source of a filter {@code p.Main} with further members. */
  public static String filterSource(String name, String members) {
    return """
    package p;
    import nbdj.api.*;
    @Registered(name = "%s", api = Nbdj.API_VERSION)
    public class Main implements Filter {
      %s
      @Override public FilterHandle open(Context context, OpenRequest request) {
        throw new AssertionError();
      }
    }
    """
        .formatted(name, members);
  }

  /** Add the source of a class. */
  public TestBundles source(String source) {
    sources.put(first(PACKAGE, source) + "." + first(TYPE, source), source);
    return this;
  }

  /** Add the source of a class and register the class as a plugin. */
  public TestBundles plugin(String provider, String source) {
    return source(source).service(Plugin.class, provider);
  }

  /** Add the source of a class and register the class as a filter. */
  public TestBundles filter(String provider, String source) {
    return source(source).service(Filter.class, provider);
  }

  /** Register a class, which need not exist. */
  public TestBundles service(Class<?> service, String provider) {
    String path = "META-INF/services/" + service.getName();
    byte[] line = (provider + "\n").getBytes(StandardCharsets.UTF_8);
    entries.merge(
        path, line, (a, b) -> ByteBuffer.allocate(a.length + b.length).put(a).put(b).array());
    return this;
  }

  /** Add a file. */
  public TestBundles resource(String path, String text) {
    entries.put(path, text.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  /** Compile against a jar that is not packed. */
  public TestBundles against(Path jar) {
    classPath.add(jar);
    return this;
  }

  /** Pretend that the classes were compiled to a class file version. */
  public TestBundles classVersion(int version) {
    classVersion = version;
    return this;
  }

  /** Compile and pack all that was added. */
  public Path jar(Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    if (!sources.isEmpty()) {
      compile();
    }
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(file))) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        out.putNextEntry(new JarEntry(entry.getKey()));
        out.write(entry.getValue());
      }
    }
    return file;
  }

  private void compile() throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<JavaFileObject> units = new ArrayList<>();
    sources.forEach((name, text) -> units.add(new Source(name, text)));
    String path =
        classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    StringWriter said = new StringWriter();
    try (JavaFileManager files =
        new ToMemory(compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8))) {
      List<String> options = List.of("-proc:none", "-nowarn", "-classpath", path);
      if (!compiler.getTask(said, files, null, options, null, units).call()) {
        throw new AssertionError("the test's own source does not compile: " + said);
      }
    }
  }

  private static Path apiPath() {
    try {
      return Path.of(Nbdj.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private static String first(Pattern pattern, String source) {
    Matcher match = pattern.matcher(source);
    if (!match.find()) {
      throw new AssertionError("no " + pattern + " in " + source);
    }
    return match.group(1);
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String className, String text) {
      super(URI.create("string:///" + className.replace('.', '/') + ".java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }

  /** Puts class files among the entries of the jar. */
  private final class ToMemory extends ForwardingJavaFileManager<JavaFileManager> {
    ToMemory(JavaFileManager files) {
      super(files);
    }

    @Override
    public JavaFileObject getJavaFileForOutput(
        Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
      String path = className.replace('.', '/') + kind.extension;
      return new SimpleJavaFileObject(URI.create("memory:///" + path), kind) {
        @Override
        public OutputStream openOutputStream() {
          return new ByteArrayOutputStream() {
            @Override
            public void close() {
              entries.put(path, versioned(toByteArray()));
            }
          };
        }
      };
    }
  }

  private byte[] versioned(byte[] classFile) {
    if (classVersion != 0) {
      ByteBuffer.wrap(classFile).putShort(VERSION_AT, (short) classVersion);
    }
    return classFile;
  }
}
