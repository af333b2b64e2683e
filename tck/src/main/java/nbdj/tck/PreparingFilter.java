package nbdj.tck;

import java.io.IOException;
import nbdj.api.Context;
import nbdj.api.Filter;
import nbdj.api.FilterHandle;
import nbdj.api.OpenRequest;
import nbdj.api.PassThrough;

/** Stands between a filter and a plugin, which has no prepare, and fails there when a hook does. */
final class PreparingFilter implements Filter {
  private final Hook hook;

  PreparingFilter(Hook hook) {
    this.hook = hook;
  }

  @Override
  public FilterHandle open(Context context, OpenRequest request) throws IOException {
    context.openNext(request.readOnly(), request.exportName());
    return new PassThrough() {
      @Override
      public void prepare(Context prepared) throws IOException {
        hook.before("prepare");
      }
    };
  }
}
