package nbdj.ext2;

import com.google.auto.service.AutoService;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import nbdj.api.Backend;
import nbdj.api.ConfigException;
import nbdj.api.Context;
import nbdj.api.Export;
import nbdj.api.Filter;
import nbdj.api.FilterHandle;
import nbdj.api.Nbdj;
import nbdj.api.Next;
import nbdj.api.OpenRequest;
import nbdj.api.Parameter;
import nbdj.api.Registered;
import nbdj.ext4.Ext4Exception;
import nbdj.ext4.Ext4FileSystem;
import org.jspecify.annotations.Nullable;

/**
 * Serves a file that lies inside an ext2, ext3 or ext4 filesystem.
 *
 * <p>The filesystem is opened once, in {@link #afterFork}, on one shared handle of the layer below,
 * and every connection is lent that handle. All connections so see one filesystem and, for each
 * file, one inode: what one has written the others read.
 */
@AutoService(Filter.class)
@Registered(name = "ext2", api = Nbdj.API_VERSION)
public final class Ext2Filter implements Filter {
  private static final String FILE = "ext2file";

  /** The value of {@code ext2file} that lets each client name its file. */
  private static final String BY_EXPORT_NAME = "exportname";

  /** Where the file lies; {@link #BY_EXPORT_NAME} if the export name says so. */
  private String file = "";

  /** The handle on which the filesystem is open, from {@link #afterFork} to {@link #cleanup}. */
  private @Nullable Next shared;

  /** The filesystem, from {@link #afterFork} to {@link #cleanup}. */
  private @Nullable Ext4FileSystem fileSystem;

  /** Make the filter. */
  public Ext2Filter() {}

  @Override
  public String description() {
    return "a file inside an ext2, ext3 or ext4 image";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        Parameter.of(
                FILE,
                Parameter.Type.STRING,
                "Absolute path of the file inside the image, or 'exportname' to let the client's export name choose.")
            .required());
  }

  @Override
  public void config(Backend next, String key, String value) throws IOException {
    if (!value.startsWith("/") && !value.equals(BY_EXPORT_NAME)) {
      throw new ConfigException(
          "must be an absolute path inside the image (try /%s), or exportname".formatted(value));
    }
    file = value;
  }

  @Override
  public Map<String, String> dump() {
    return file.isEmpty() ? Map.of() : Map.of(FILE, file);
  }

  @Override
  public void afterFork(Backend next) throws IOException {
    Next opened = next.open(false, "", true);
    shared = opened;
    opened.prepare();
    try {
      fileSystem = Ext4FileSystem.open(new LayerDevice(opened));
    } catch (Ext4Exception e) {
      throw Failures.of(e);
    }
  }

  @Override
  public List<Export> listExports(Backend next, boolean readOnly, boolean tls) {
    return chosenByClient() ? List.of() : List.of(Export.of(""));
  }

  @Override
  public Optional<String> defaultExport(Backend next, boolean readOnly, boolean tls) {
    return chosenByClient() ? Optional.empty() : Optional.of("");
  }

  @Override
  public FilterHandle open(Context context, OpenRequest request) {
    if (fileSystem == null || shared == null) {
      throw new IllegalStateException("open before afterFork");
    }
    String path = chosenByClient() ? absolute(request.exportName()) : file;
    return new Ext2Handle(fileSystem, shared, path);
  }

  @Override
  public void cleanup(Backend next) throws IOException {
    try {
      // The filesystem first: it lies on the handle.
      if (fileSystem != null) {
        fileSystem.close();
      }
    } finally {
      if (shared != null) {
        shared.close();
      }
    }
  }

  private boolean chosenByClient() {
    return file.equals(BY_EXPORT_NAME);
  }

  private static String absolute(String exportName) {
    return exportName.startsWith("/") ? exportName : "/" + exportName;
  }
}
