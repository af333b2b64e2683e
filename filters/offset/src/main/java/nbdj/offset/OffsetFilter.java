package nbdj.offset;

import com.google.auto.service.AutoService;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import nbdj.api.Backend;
import nbdj.api.Context;
import nbdj.api.Filter;
import nbdj.api.FilterHandle;
import nbdj.api.Nbdj;
import nbdj.api.OpenRequest;
import nbdj.api.Parameter;
import nbdj.api.Registered;
import nbdj.api.Values;

/**
 * Serves a range of bytes of the layer below.
 *
 * @since 0.1
 */
@AutoService(Filter.class)
@Registered(name = "offset", api = Nbdj.API_VERSION)
public final class OffsetFilter implements Filter {
  private static final String OFFSET = "offset";
  private static final String RANGE = "range";

  /** Where the range begins, in bytes. */
  private long offset;

  /** How long it is, in bytes; to the end if absent. */
  private OptionalLong range = OptionalLong.empty();

  /** Make the filter. */
  public OffsetFilter() {}

  @Override
  public String description() {
    return "a range of bytes of the layer below";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        Parameter.of(OFFSET, Parameter.Type.SIZE, "Where the range begins.").withDefault("0"),
        Parameter.of(
            RANGE, Parameter.Type.SIZE, "How long it is. Without this it goes on to the end."));
  }

  @Override
  public void config(Backend next, String key, String value) throws IOException {
    if (key.equals(OFFSET)) {
      offset = Values.size(value);
    } else {
      range = OptionalLong.of(Values.size(value));
    }
  }

  @Override
  public FilterHandle open(Context context, OpenRequest request) throws IOException {
    context.openNext(request.readOnly(), request.exportName());
    return new OffsetHandle(offset, range);
  }
}
