package nbdj.exitlast;

import com.google.auto.service.AutoService;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import nbdj.api.Context;
import nbdj.api.Filter;
import nbdj.api.FilterHandle;
import nbdj.api.Nbdj;
import nbdj.api.OpenRequest;
import nbdj.api.PassThrough;
import nbdj.api.Registered;

/**
 * Stops the server when the last client has left.
 *
 * <p>A client is one that has opened an export, or asked about one. A handle that another filter
 * opens for itself and lends is none.
 *
 * @since 0.1
 */
@AutoService(Filter.class)
@Registered(name = "exitlast", api = Nbdj.API_VERSION)
public final class ExitLastFilter implements Filter {
  /** How many clients there are. */
  private final AtomicLong clients = new AtomicLong();

  /** Make the filter. */
  public ExitLastFilter() {}

  @Override
  public String description() {
    return "end the server when its last client has left";
  }

  @Override
  public FilterHandle open(Context context, OpenRequest request) throws IOException {
    context.openNext(request.readOnly(), request.exportName());
    return request.shared() ? new PassThrough() : new Counted(context);
  }

  /** One client. */
  private final class Counted extends PassThrough {
    private final Context context;

    /** Whether it is counted: one whose export could not be opened is no client. */
    private boolean counted;

    Counted(Context context) {
      this.context = context;
    }

    @Override
    public void prepare(Context same) {
      clients.incrementAndGet();
      counted = true;
    }

    @Override
    public void close() {
      if (counted && clients.decrementAndGet() == 0) {
        context.backend().requestStop();
      }
    }
  }
}
