package nbdj.runtime.discovery;

import java.io.Closeable;
import java.io.IOException;
import java.lang.annotation.AnnotationFormatError;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A jar, or a folder of jars, that holds one plugin or filter. Where a folder {@code NAME} holds
 * several, that of {@code NAME.jar} is meant, and the others are libraries.
 *
 * <p>An open bundle has been identified, and none of its code has run. It owns its class loader
 * until {@link #start} hands that over.
 */
final class Bundle implements Closeable {
  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9-]*";

  /** A name, and the version that a build puts behind it. */
  private static final Pattern VERSIONED = Pattern.compile("(" + NAME + "?)-[0-9][A-Za-z0-9.+_-]*");

  private final Path path;
  private final PluginClassLoader loader;
  private final Found found;
  private final String name;

  private record Found(LayerKind kind, ServiceLoader.Provider<?> provider) {
    String typeName() {
      return provider.type().getName();
    }
  }

  private Bundle(Path path, PluginClassLoader loader) throws DiscoveryException {
    this.path = path;
    this.loader = loader;
    this.found = onlyProvider();
    this.name = identity();
  }

  /** Tell whether a word can be the name of a layer: letters, digits and hyphens. */
  static boolean isName(String word) {
    return word.matches(NAME);
  }

  /** Get the name of a bundle's file or folder, without the ending of a jar. */
  static String fileName(Path path) {
    Path last = path.getFileName();
    String file = last == null ? "" : last.toString();
    return file.endsWith(".jar") ? file.substring(0, file.length() - ".jar".length()) : file;
  }

  /**
   * Get the name to ask for a bundle by: that of its file, without the version that a build puts
   * behind it. {@code hello-1.0.jar} is {@code hello}; {@code hello-2.jar} is {@code hello-2},
   * because that may be a name.
   */
  static String layerName(Path path) {
    String file = fileName(path);
    Matcher versioned = VERSIONED.matcher(file);
    return !isName(file) && versioned.matches() ? versioned.group(1) : file;
  }

  /**
   * Open a jar, or a folder of jars, and identify what it holds.
   *
   * @param label what the bundle is called in stack traces
   */
  static Bundle open(Path path, String label) throws DiscoveryException {
    PluginClassLoader loader = new PluginClassLoader(label, jars(path));
    try {
      return new Bundle(path, loader);
    } catch (DiscoveryException e) {
      throw closing(loader, e);
    } catch (RuntimeException
        | LinkageError
        | ServiceConfigurationError
        | AnnotationFormatError e) {
      throw closing(loader, failure(path, Failures.opening(e), e));
    }
  }

  /** Get what the bundle holds. */
  LayerKind kind() {
    return found.kind();
  }

  /** Get the name that the layer gives itself. */
  String name() {
    return name;
  }

  /**
   * Make the layer. The result owns the class loader; if this fails the bundle still does.
   *
   * @param service the interface of {@link #kind}
   */
  <T> LoadedLayer<T> start(Class<T> service) throws DiscoveryException {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      return new LoadedLayer<>(name, service.cast(found.provider().get()), path, loader);
    } catch (RuntimeException | Error e) {
      throw failure(path, Failures.starting(e), e);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  @Override
  public void close() throws IOException {
    loader.close();
  }

  /** Close the bundle because of a failure. A further failure is suppressed in it. */
  DiscoveryException closedFor(DiscoveryException failure) {
    return closing(loader, failure);
  }

  /** List the jars, having made sure that each is one: a class loader skips others in silence. */
  private static List<URL> jars(Path path) throws DiscoveryException {
    List<URL> urls = new ArrayList<>();
    for (Path jar : jarFiles(path)) {
      try {
        // For its exact failures; the one below does not tell a missing file from a forbidden one.
        Files.newByteChannel(jar).close();
        try (JarFile file = new JarFile(jar.toFile())) {
          JarText.check(file);
        }
        urls.add(jar.toUri().toURL());
      } catch (DiscoveryException e) {
        throw e;
      } catch (IOException e) {
        throw failure(jar, Failures.reading(e), e);
      }
    }
    return urls;
  }

  private static List<Path> jarFiles(Path path) throws DiscoveryException {
    if (!Files.isDirectory(path)) {
      return List.of(path);
    }
    try (Stream<Path> files = Files.list(path)) {
      List<Path> jars = files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
      if (jars.isEmpty()) {
        throw failure(path, "a folder without a jar in it", null);
      }
      return jars;
    } catch (IOException e) {
      throw e instanceof DiscoveryException said ? said : failure(path, Failures.reading(e), e);
    }
  }

  private Found onlyProvider() throws DiscoveryException {
    List<Found> all = new ArrayList<>();
    for (LayerKind kind : LayerKind.values()) {
      ServiceLoader.load(kind.service(), loader).stream()
          .map(provider -> new Found(kind, provider))
          .forEach(all::add);
    }
    if (all.size() > 1) {
      // What a layer is made of may be a layer itself, as a library.
      List<Found> own = all.stream().filter(this::isInTheJarOfItsName).toList();
      all = own.size() == 1 ? own : all;
    }
    return switch (all.size()) {
      case 0 ->
          throw failure(
              path,
              "holds no plugin or filter (does its build have auto-service on its"
                  + " annotationProcessorPaths?)",
              null);
      case 1 -> all.getFirst();
      default ->
          throw failure(
              path,
              "holds %d plugins and filters, want one: %s"
                  .formatted(
                      all.size(),
                      all.stream().map(Found::typeName).collect(Collectors.joining(", "))),
              null);
    };
  }

  /** Tell whether a layer is in {@code NAME.jar} of the folder {@code NAME}. */
  private boolean isInTheJarOfItsName(Found layer) {
    CodeSource source = layer.provider().type().getProtectionDomain().getCodeSource();
    return Files.isDirectory(path)
        && source != null
        && layerName(Path.of(source.getLocation().getPath())).equals(fileName(path));
  }

  /** Check that the layer can run here, and get its name. */
  private String identity() throws DiscoveryException {
    Class<?> type = found.provider().type();
    RegisteredReader.Identity identity =
        RegisteredReader.Identity.of(type)
            .orElseThrow(
                () -> failure(path, type.getName() + " lacks @Registered(name, api)", null));
    if (!isName(identity.name())) {
      throw failure(
          path,
          "'%s' in @Registered of %s is not a name: want letters, digits and hyphens"
              .formatted(identity.name(), type.getName()),
          null);
    }
    if (!Modifier.isPublic(type.getModifiers())) {
      throw failure(path, type.getName() + " is not public", null);
    }
    if (Modifier.isAbstract(type.getModifiers())) {
      throw failure(path, type.getName() + " is abstract", null);
    }
    Optional<String> refusal = ApiVersion.refusal(found.kind(), identity.name(), identity.api());
    if (refusal.isPresent()) {
      throw failure(path, refusal.get(), null);
    }
    return identity.name();
  }

  private static DiscoveryException failure(Path path, String reason, @Nullable Throwable cause) {
    return new DiscoveryException(path + ": " + reason, cause);
  }

  private static DiscoveryException closing(PluginClassLoader loader, DiscoveryException failure) {
    try {
      loader.close();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
    return failure;
  }
}
