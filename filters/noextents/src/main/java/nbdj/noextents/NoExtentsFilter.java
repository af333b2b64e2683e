package nbdj.noextents;

import com.google.auto.service.AutoService;
import java.io.IOException;
import nbdj.api.Context;
import nbdj.api.Filter;
import nbdj.api.FilterHandle;
import nbdj.api.Nbdj;
import nbdj.api.Next;
import nbdj.api.OpenRequest;
import nbdj.api.PassThrough;
import nbdj.api.Registered;

/**
 * Hides where the holes of the layer below are: to clients all is data.
 *
 * @since 0.1
 */
@AutoService(Filter.class)
@Registered(name = "noextents", api = Nbdj.API_VERSION)
public final class NoExtentsFilter implements Filter {
  /** Make the filter. */
  public NoExtentsFilter() {}

  @Override
  public String description() {
    return "hide holes: to clients all is data";
  }

  @Override
  public FilterHandle open(Context context, OpenRequest request) throws IOException {
    context.openNext(request.readOnly(), request.exportName());
    return new PassThrough() {
      @Override
      public boolean canExtents(Next next) {
        return false;
      }
    };
  }
}
