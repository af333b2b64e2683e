package nbdj.openonce;

import com.google.auto.service.AutoService;
import java.io.IOException;
import nbdj.api.Backend;
import nbdj.api.Context;
import nbdj.api.Filter;
import nbdj.api.FilterHandle;
import nbdj.api.Nbdj;
import nbdj.api.OpenRequest;
import nbdj.api.PassThrough;
import nbdj.api.Registered;

/**
 * Opens each export of the layer below once and lends the handle to every client that asks for it.
 *
 * <p>For layers whose open is slow or may not happen twice. The handle lives until the server
 * stops, so what the layer below answered when it was first opened, its size included, holds until
 * then. The thread model of the layer below is kept: it is enforced on the shared handle itself.
 */
@AutoService(Filter.class)
@Registered(name = "openonce", api = Nbdj.API_VERSION)
public final class OpenOnceFilter implements Filter {
  private final SharedHandles handles = new SharedHandles();

  /** Make a filter that has opened nothing. */
  public OpenOnceFilter() {}

  @Override
  public String description() {
    return "open each export of the layer below once, for all clients";
  }

  @Override
  public FilterHandle open(Context context, OpenRequest request) throws IOException {
    context.setNext(handles.get(context.backend(), request));
    return new PassThrough();
  }

  @Override
  public void cleanup(Backend next) throws IOException {
    handles.close();
  }
}
