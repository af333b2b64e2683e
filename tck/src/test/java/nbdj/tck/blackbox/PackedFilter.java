package nbdj.tck.blackbox;

import java.io.IOException;
import nbdj.api.Context;
import nbdj.api.Filter;
import nbdj.api.FilterHandle;
import nbdj.api.Nbdj;
import nbdj.api.OpenRequest;
import nbdj.api.PassThrough;
import nbdj.api.Registered;

/** A filter that changes nothing, to be packed into a jar: it uses nothing but the interface. */
@Registered(name = "packed", api = Nbdj.API_VERSION)
public final class PackedFilter implements Filter {
  @Override
  public FilterHandle open(Context context, OpenRequest request) throws IOException {
    context.openNext(request.readOnly(), request.exportName());
    return new PassThrough();
  }
}
