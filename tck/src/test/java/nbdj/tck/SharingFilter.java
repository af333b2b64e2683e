package nbdj.tck;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import nbdj.api.Backend;
import nbdj.api.Context;
import nbdj.api.Filter;
import nbdj.api.FilterHandle;
import nbdj.api.Next;
import nbdj.api.OpenRequest;
import nbdj.api.PassThrough;
import org.jspecify.annotations.Nullable;

/**
 * A correct filter that opens each export once and lends the handle to all clients. Tests of the
 * contract break it in one place each.
 */
class SharingFilter implements Filter {
  final Map<String, Next> handles = new HashMap<>(); // guarded by this

  @Override
  public String description() {
    return "one handle for all clients";
  }

  @Override
  public synchronized FilterHandle open(Context context, OpenRequest request) throws IOException {
    String key = key(request);
    Next next = handles.get(key);
    if (next == null) {
      next = open(context.backend(), request);
      try {
        check(next);
      } catch (IOException e) {
        refused(next);
        throw e;
      }
      handles.put(key, next);
    }
    context.setNext(next);
    return new PassThrough();
  }

  /** Get what those have in common who share a handle. */
  String key(OpenRequest request) {
    return request.readOnly() + request.exportName();
  }

  /** Open a handle that is going to be shared. */
  Next open(Backend below, OpenRequest request) throws IOException {
    return below.open(request.readOnly(), request.exportName(), true);
  }

  /** Look at a handle before it is lent. */
  void check(Next next) throws IOException {
    next.prepare();
    if (next.size() < 0) {
      throw new IOException("the size %d is not possible".formatted(next.size()));
    }
  }

  /** Give up a handle that cannot be lent. */
  void refused(Next next) throws IOException {
    next.close();
  }

  @Override
  public synchronized void cleanup(Backend below) throws IOException {
    close(new ArrayList<>(handles.values()));
    handles.clear();
  }

  /** Close all handles. */
  void close(List<Next> all) throws IOException {
    @Nullable IOException first = null;
    for (Next next : all) {
      try {
        next.close();
      } catch (IOException e) {
        first = e;
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
