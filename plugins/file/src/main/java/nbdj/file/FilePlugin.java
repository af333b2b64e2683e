package nbdj.file;

import com.google.auto.service.AutoService;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import nbdj.api.ConfigException;
import nbdj.api.Export;
import nbdj.api.Nbdj;
import nbdj.api.OpenRequest;
import nbdj.api.Parameter;
import nbdj.api.Plugin;
import nbdj.api.PluginHandle;
import nbdj.api.Registered;
import nbdj.api.ThreadModel;
import nbdj.api.Values;
import org.jspecify.annotations.Nullable;

/**
 * Serve a file, a block device, or the files of a directory as one export each.
 *
 * <p>Every connection opens the file for itself. A file that cannot be opened for writing is served
 * read-only.
 *
 * @since 0.1
 */
@AutoService(Plugin.class)
@Registered(name = "file", api = Nbdj.API_VERSION)
public final class FilePlugin implements Plugin {
  private final ControlSource controls;
  private @Nullable Path file;
  private @Nullable Path folder;
  private boolean evicting;
  private AccessHint hint = AccessHint.NORMAL;

  /** Loads native code beside the first client's requests, {@code null} before there is one. */
  private final AtomicReference<@Nullable Thread> loader = new AtomicReference<>();

  /** Make the plugin. */
  public FilePlugin() {
    this(SystemControls.ofThisSystem());
  }

  /** Make the plugin with files controlled in another way than is best for the system. */
  FilePlugin(ControlSource controls) {
    this.controls = controls;
  }

  @Override
  public String description() {
    return "a file, a block device, or the files of a directory";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        Parameter.of("file", Parameter.Type.PATH, "The file or block device to serve.").magic(),
        Parameter.of(
            "dir", Parameter.Type.PATH, "The directory whose files to serve, each by its name."),
        Parameter.of("directory", Parameter.Type.PATH, "The same as dir."),
        Parameter.choice(
                "cache",
                "Whether what was read and written stays in the page cache (default) or not (none).",
                "default",
                "none")
            .withDefault("default"),
        Parameter.choice(
                "fadvise",
                "How the file will be read, for the system's read-ahead.",
                "normal",
                "random",
                "sequential")
            .withDefault("normal"));
  }

  @Override
  public void config(String key, String value) throws IOException {
    switch (key) {
      case "file" -> file = existing(value, false);
      case "dir", "directory" -> {
        if (folder != null) {
          throw new ConfigException("a directory was given already (dir and directory are one)");
        }
        folder = existing(value, true);
      }
      case "cache" -> evicting = Values.choice(value, List.of("default", "none")).equals("none");
      case "fadvise" ->
          hint = AccessHint.of(Values.choice(value, List.of("normal", "random", "sequential")));
      default ->
          throw new ConfigException(
              "not a parameter of this plugin (try file, dir, cache, fadvise)");
    }
  }

  @Override
  public void configComplete() throws IOException {
    if (file == null && folder == null) {
      throw new ConfigException("nothing to serve (try file=disk.img or dir=images)");
    }
    if (file != null && folder != null) {
      throw new ConfigException("file and dir were both given (give one of them)");
    }
  }

  @Override
  public ThreadModel threadModel() {
    return ThreadModel.PARALLEL;
  }

  @Override
  public Map<String, String> dump() {
    Map<String, String> lines = new LinkedHashMap<>();
    boolean isNative = controls.isNative();
    lines.put("file_extents", isNative ? "yes" : "no");
    lines.put("file_trim", isNative ? "yes" : "no");
    lines.put("file_zero", isNative ? "yes" : "no");
    if (file != null) {
      lines.put("file_path", file.toString());
    }
    if (folder != null) {
      lines.put("file_directory", folder.toString());
    }
    return lines;
  }

  @Override
  public List<Export> listExports(boolean readOnly, boolean tls) throws IOException {
    return folder == null ? List.of(Export.of("")) : new ExportFolder(folder).list();
  }

  @Override
  public Optional<String> defaultExport(boolean readOnly, boolean tls) {
    return folder == null ? Optional.of("") : Optional.empty();
  }

  @Override
  public PluginHandle open(OpenRequest request) throws IOException {
    OpenFile open = OpenFile.open(pathOf(request), request.readOnly(), controls);
    try {
      if (controls.isNative()) {
        loadBeside();
        hint.apply(open);
      }
      return new FileHandle(open, evicting, controls.isNative());
    } catch (IOException | RuntimeException | Error e) {
      try (open) {
        throw e;
      }
    }
  }

  @Override
  public void cleanup() {
    Thread started = loader.getAndSet(null);
    if (started != null) {
      joinUninterrupted(started);
    }
  }

  /** Begin to load native code, which takes long, and which a server without clients needs not. */
  private void loadBeside() {
    if (loader.get() == null) {
      Thread thread =
          Thread.ofPlatform().daemon().name("nbdj-file-native").unstarted(controls::load);
      if (loader.compareAndSet(null, thread)) {
        thread.start();
      }
    }
  }

  private Path pathOf(OpenRequest request) throws IOException {
    if (folder != null) {
      return new ExportFolder(folder).resolve(request.exportName());
    }
    if (file == null) {
      throw new IllegalStateException("open before config");
    }
    return file;
  }

  private static Path existing(String value, boolean wantsFolder) throws ConfigException {
    try {
      Path real = Values.path(value).toRealPath();
      FileKind kind = FileKind.of(real);
      if (wantsFolder && kind != FileKind.DIRECTORY) {
        throw new ConfigException("not a directory (try file=%s)".formatted(value));
      }
      if (!wantsFolder && kind == FileKind.DIRECTORY) {
        throw new ConfigException("is a directory (try dir=%s)".formatted(value));
      }
      if (!wantsFolder && !kind.isServable()) {
        throw new ConfigException("not a regular file or block device");
      }
      return real;
    } catch (NoSuchFileException e) {
      throw new ConfigException("no such %s".formatted(wantsFolder ? "directory" : "file"), e);
    } catch (AccessDeniedException e) {
      throw new ConfigException("permission denied", e);
    } catch (ConfigException e) {
      throw e;
    } catch (IOException e) {
      throw new ConfigException("cannot be looked up: " + e.getMessage(), e);
    }
  }

  private static void joinUninterrupted(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
