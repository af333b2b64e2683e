package nbdj.cow;

import com.google.auto.service.AutoService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import nbdj.api.Backend;
import nbdj.api.ConfigException;
import nbdj.api.Context;
import nbdj.api.Filter;
import nbdj.api.FilterHandle;
import nbdj.api.Nbdj;
import nbdj.api.OpenRequest;
import nbdj.api.Parameter;
import nbdj.api.Registered;
import nbdj.api.Values;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what clients write in a temporary file, and changes nothing below.
 *
 * <p>All clients of one export see what any of them wrote. It is lost when the server ends.
 *
 * @since 0.1
 */
@AutoService(Filter.class)
@Registered(name = "cow", api = Nbdj.API_VERSION)
public final class CowFilter implements Filter {
  private static final String BLOCK = "cow-block-size";
  private static final String ON_READ = "cow-on-read";
  private static final String ON_CACHE = "cow-on-cache";

  private static final long LEAST_BLOCK = 4 << 10;
  private static final long MOST_BLOCK = 32 << 20;

  private final Path folder;

  private int blockSize = 64 << 10;

  /** Tells whether what is read is kept aside too. */
  private BooleanSupplier onRead = () -> false;

  private boolean onCache;

  /** What was written, from {@link #afterFork} to {@link #cleanup}. */
  private @Nullable Overlays overlays;

  /** Make the filter. */
  public CowFilter() {
    this(temporaryFolder());
  }

  /**
   * Make the filter.
   *
   * @param folder where the temporary file is made
   */
  CowFilter(Path folder) {
    this.folder = folder;
  }

  /** Get the folder for large temporary files: not one that is in memory, where there is one. */
  private static Path temporaryFolder() {
    String given = System.getenv("TMPDIR");
    if (given != null && !given.isEmpty()) {
      return Path.of(given);
    }
    Path lasting = Path.of("/var/tmp");
    return Files.isDirectory(lasting) ? lasting : Path.of(System.getProperty("java.io.tmpdir"));
  }

  @Override
  public String description() {
    return "keep writes in a temporary file, and change nothing below";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        Parameter.of(
                BLOCK,
                Parameter.Type.SIZE,
                "The blocks in which changes are kept: a power of two from 4k to 32M.")
            .withDefault("64k"),
        Parameter.of(
                ON_READ,
                Parameter.Type.STRING,
                "Whether what is read is kept too: true, false, or /PATH for as long as that file"
                    + " exists.")
            .withDefault("false"),
        Parameter.of(
                ON_CACHE,
                Parameter.Type.BOOLEAN,
                "Whether what clients ask to have cached is kept too.")
            .withDefault("false"));
  }

  @Override
  public void config(Backend next, String key, String value) throws IOException {
    switch (key) {
      case BLOCK -> {
        long size = Values.size(value);
        if (size < LEAST_BLOCK || size > MOST_BLOCK || Long.bitCount(size) != 1) {
          throw new ConfigException("must be a power of two from 4k to 32M");
        }
        blockSize = (int) size;
      }
      case ON_READ -> onRead = onRead(value);
      default -> onCache = Values.bool(value);
    }
  }

  private static BooleanSupplier onRead(String value) throws ConfigException {
    if (value.startsWith("/")) {
      Path file = Values.path(value);
      return () -> Files.exists(file);
    }
    boolean always = Values.bool(value);
    return () -> always;
  }

  @Override
  public void afterFork(Backend next) throws IOException {
    overlays = new Overlays(TemporaryFile.in(folder, blockSize), blockSize);
  }

  @Override
  public FilterHandle open(Context context, OpenRequest request) throws IOException {
    if (overlays == null) {
      throw new IllegalStateException("open before afterFork");
    }
    context.openNext(true, request.exportName());
    return new CowHandle(overlays.borrow(request.exportName(), request.tls()), onRead, onCache);
  }

  @Override
  public void cleanup(Backend next) throws IOException {
    if (overlays != null) {
      overlays.close();
    }
  }
}
