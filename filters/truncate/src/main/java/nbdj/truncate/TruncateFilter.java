package nbdj.truncate;

import com.google.auto.service.AutoService;
import java.io.IOException;
import java.util.List;
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

/**
 * Serves the layer below with another size: cut off, or longer by zeroes.
 *
 * @since 0.1
 */
@AutoService(Filter.class)
@Registered(name = "truncate", api = Nbdj.API_VERSION)
public final class TruncateFilter implements Filter {
  private static final String SIZE = "truncate";
  private static final String UP = "round-up";
  private static final String DOWN = "round-down";

  private NewSize size = NewSize.AS_BELOW;

  /** Make the filter. */
  public TruncateFilter() {}

  @Override
  public String description() {
    return "another size: cut off, longer by zeroes, or rounded";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        Parameter.of(SIZE, Parameter.Type.SIZE, "The size of the export."),
        Parameter.of(UP, Parameter.Type.SIZE, "Make the size larger, to a multiple of this."),
        Parameter.of(DOWN, Parameter.Type.SIZE, "Make the size smaller, to a multiple of this."));
  }

  @Override
  public void config(Backend next, String key, String value) throws IOException {
    long bytes = Values.size(value);
    if (bytes == 0 && !key.equals(SIZE)) {
      throw new ConfigException("must be at least 1: there is no multiple of 0 (try 512)");
    }
    size =
        switch (key) {
          case SIZE -> size.withFixed(bytes);
          case UP -> size.withUp(bytes);
          default -> size.withDown(bytes);
        };
  }

  @Override
  public FilterHandle open(Context context, OpenRequest request) throws IOException {
    context.openNext(request.readOnly(), request.exportName());
    return new TruncateHandle(size);
  }
}
