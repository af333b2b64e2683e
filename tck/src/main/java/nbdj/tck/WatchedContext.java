package nbdj.tck;

import java.io.IOException;
import nbdj.api.Backend;
import nbdj.api.Context;
import nbdj.api.Next;
import org.jspecify.annotations.Nullable;

/** A filter's hold on a connection, with watched handles in the place of the real ones. */
final class WatchedContext implements Context {
  private final Context context;
  private final Dealings dealings;
  private final Backend backend;

  WatchedContext(Context context, Dealings dealings) {
    this.context = context;
    this.dealings = dealings;
    this.backend = new WatchedBackend(context.backend(), dealings, this);
  }

  @Override
  public Backend backend() {
    return backend;
  }

  @Override
  public @Nullable Next next() {
    return watched(context.next());
  }

  @Override
  public Next openNext(boolean readOnly, String exportName) throws IOException {
    return dealings.watched(context.openNext(readOnly, exportName));
  }

  @Override
  public @Nullable Next setNext(@Nullable Next next) {
    @Nullable Next meant = Dealings.meant(next);
    @Nullable Next before = watched(context.setNext(meant));
    if (meant != null) {
      dealings.lent(meant, this);
    }
    return before;
  }

  private @Nullable Next watched(@Nullable Next next) {
    return next == null ? null : dealings.watched(next);
  }
}
