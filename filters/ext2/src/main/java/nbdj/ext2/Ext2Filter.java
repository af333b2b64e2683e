package nbdj.ext2;

import com.google.auto.service.AutoService;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import nbdj.api.Backend;
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
import nbdj.ext4.Ext4Options.Writing;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
  private static final Logger LOG = LoggerFactory.getLogger(Ext2Filter.class);

  private final Settings settings = new Settings();

  /** The handle on which the filesystem is open, from {@link #afterFork} to {@link #cleanup}. */
  private @Nullable Next shared;

  /** The filesystem, from {@link #afterFork} to {@link #cleanup}. */
  private @Nullable Ext4FileSystem fileSystem;

  /** The files of the filesystem, which do not change, once a client has asked for them. */
  private volatile @Nullable List<Export> files;

  /** Make the filter. */
  public Ext2Filter() {}

  @Override
  public String description() {
    return "a file inside an ext2, ext3 or ext4 image";
  }

  @Override
  public List<Parameter> parameters() {
    return Settings.parameters();
  }

  @Override
  public void config(Backend next, String key, String value) throws IOException {
    settings.take(key, value);
  }

  @Override
  public void configComplete(Backend next) throws IOException {
    settings.complete();
    next.configComplete();
  }

  @Override
  public Map<String, String> dump() {
    return settings.given();
  }

  @Override
  public Map<String, String> inspect(Backend next) {
    return ImageReport.of(next, settings);
  }

  @Override
  public void afterFork(Backend next) throws IOException {
    boolean readOnly = settings.options().writing() == Writing.NONE;
    Next opened = next.open(readOnly, "", true);
    shared = opened;
    opened.prepare();
    try {
      fileSystem = Ext4FileSystem.open(new LayerDevice(opened), settings.options());
    } catch (Ext4Exception e) {
      throw Failures.of(e);
    }
    if (!readOnly && opened.canWrite()) {
      fileSystem
          .readOnlyReason()
          .ifPresent(reason -> LOG.warn("ext2: served read-only: {}", reason));
    }
  }

  @Override
  public List<Export> listExports(Backend next, boolean readOnly, boolean tls) throws IOException {
    if (!settings.chosenByClient()) {
      return List.of(Export.of(""));
    }
    return settings.listed() ? files() : List.of();
  }

  private List<Export> files() throws IOException {
    List<Export> known = files;
    if (known == null) {
      known = FileList.of(opened());
      files = known;
    }
    return known;
  }

  @Override
  public Optional<String> defaultExport(Backend next, boolean readOnly, boolean tls) {
    return settings.chosenByClient() ? Optional.empty() : Optional.of("");
  }

  @Override
  public FilterHandle open(Context context, OpenRequest request) {
    if (shared == null) {
      throw new IllegalStateException("open before afterFork");
    }
    boolean trims = settings.options().writing() == Writing.FULL;
    return new Ext2Handle(opened(), shared, settings.path(request.exportName()), trims);
  }

  private Ext4FileSystem opened() {
    if (fileSystem == null) {
      throw new IllegalStateException("used before afterFork");
    }
    return fileSystem;
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
}
