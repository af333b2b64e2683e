package nbdj.runtime.chain;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.IOException;
import nbdj.api.Backend;
import nbdj.api.Context;
import nbdj.api.FilterHandle;
import nbdj.api.OpenRequest;
import nbdj.api.PassThrough;
import org.jspecify.annotations.Nullable;

/** A filter that passes everything on, and whose backend and newest context a test can use. */
class ProbeFilter extends JournalFilter {
  private volatile @Nullable Backend backend;
  private volatile @Nullable Context context;

  ProbeFilter() {
    super(new Journal(), "probe");
  }

  final Backend backend() {
    Backend known = backend;
    assertNotNull(known);
    return known;
  }

  final Context context() {
    Context known = context;
    assertNotNull(known);
    return known;
  }

  @Override
  public void afterFork(Backend next) {
    backend = next;
  }

  @Override
  public FilterHandle open(Context context, OpenRequest request) throws IOException {
    this.context = context;
    openNext(context, request);
    return handle();
  }

  /** Make what an open returns. */
  FilterHandle handle() {
    return new PassThrough();
  }
}
