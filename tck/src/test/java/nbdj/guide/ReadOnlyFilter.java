package nbdj.guide;

import java.io.IOException;
import nbdj.api.Context;
import nbdj.api.Filter;
import nbdj.api.FilterHandle;
import nbdj.api.Nbdj;
import nbdj.api.Next;
import nbdj.api.OpenRequest;
import nbdj.api.PassThrough;
import nbdj.api.Registered;

/** Lets nobody write, whatever the layer below can. */
@Registered(name = "readonly", api = Nbdj.API_VERSION)
public final class ReadOnlyFilter implements Filter {
  @Override
  public FilterHandle open(Context context, OpenRequest request) throws IOException {
    context.openNext(true, request.exportName());
    return new PassThrough() {
      @Override
      public boolean canWrite(Next next) {
        return false;
      }
    };
  }
}
