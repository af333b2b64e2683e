package nbdj.readonly;

import com.google.auto.service.AutoService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import nbdj.api.Backend;
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
 * Lets nobody write: never, or not while a file exists.
 *
 * @since 0.1
 */
@AutoService(Filter.class)
@Registered(name = "readonly", api = Nbdj.API_VERSION)
public final class ReadOnlyFilter implements Filter {
  /** Nobody may write while it exists; without it, nobody ever may. */
  private @Nullable Path file;

  /** Make the filter. */
  public ReadOnlyFilter() {}

  @Override
  public String description() {
    return "let nobody write, or only while a file does not exist";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        Parameter.of(
            "readonly-file",
            Parameter.Type.PATH,
            "Refuse writes while this file exists, and only then. Without it nobody may write."));
  }

  @Override
  public void config(Backend next, String key, String value) throws IOException {
    file = Values.path(value);
  }

  @Override
  public FilterHandle open(Context context, OpenRequest request) throws IOException {
    Path lock = file;
    context.openNext(lock == null || request.readOnly(), request.exportName());
    return lock == null ? new ReadOnlyHandle() : new LockableHandle(() -> Files.exists(lock));
  }
}
