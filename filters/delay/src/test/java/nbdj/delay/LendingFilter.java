package nbdj.delay;

import java.io.IOException;
import nbdj.api.Backend;
import nbdj.api.Context;
import nbdj.api.Filter;
import nbdj.api.FilterHandle;
import nbdj.api.Next;
import nbdj.api.OpenRequest;
import nbdj.api.PassThrough;
import org.jspecify.annotations.Nullable;

/** Opens the default export once, at the start, and lends it to every client. */
final class LendingFilter implements Filter {
  private @Nullable Next handle;

  @Override
  public void afterFork(Backend next) throws IOException {
    handle = next.open(false, "", true);
    handle.prepare();
  }

  @Override
  public FilterHandle open(Context context, OpenRequest request) {
    context.setNext(handle);
    return new PassThrough();
  }

  @Override
  public void cleanup(Backend next) throws IOException {
    if (handle != null) {
      handle.close();
    }
  }
}
