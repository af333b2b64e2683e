package nbdj.junit;

import java.io.IOException;
import nbdj.api.Context;
import nbdj.api.Filter;
import nbdj.api.FilterHandle;
import nbdj.api.Next;
import nbdj.api.OpenRequest;
import nbdj.api.PassThrough;
import nbdj.api.ReadSink;

/** A filter that reads again when reading fails. */
final class RetryFilter implements Filter {
  @Override
  public FilterHandle open(Context context, OpenRequest request) throws IOException {
    context.openNext(request.readOnly(), request.exportName());
    return new PassThrough() {
      @Override
      public void read(Next next, long offset, long count, ReadSink sink) throws IOException {
        try {
          next.read(offset, count, sink);
        } catch (IOException first) {
          next.read(offset, count, sink);
        }
      }
    };
  }
}
