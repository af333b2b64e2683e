package nbdj.runtime.chain;

import java.io.IOException;
import nbdj.api.Backend;
import nbdj.api.Context;
import nbdj.api.FilterHandle;
import nbdj.api.Next;
import nbdj.api.OpenRequest;
import org.jspecify.annotations.Nullable;

/** A filter that opens one shared handle of the layer below and lends it to every connection. */
class LendingFilter extends JournalFilter {
  /** It neither takes the handle back in finalize nor closes it in cleanup. */
  boolean careless;

  @Nullable Next shared;

  LendingFilter(Journal journal) {
    super(journal, "lender");
  }

  @Override
  public void afterFork(Backend next) throws IOException {
    super.afterFork(next);
    Next opened = next.open(false, "", true);
    shared = opened;
    opened.prepare();
  }

  @Override
  public FilterHandle open(Context context, OpenRequest request) throws IOException {
    journal.add(name + " open");
    return new Handle() {
      @Override
      public void prepare(Context context) throws IOException {
        context.setNext(shared);
        super.prepare(context);
      }

      @Override
      public void finalize(Context context) throws IOException {
        super.finalize(context);
        if (!careless) {
          context.setNext(null);
        }
      }
    };
  }

  @Override
  public void cleanup(Backend next) throws IOException {
    super.cleanup(next);
    if (!careless && shared != null) {
      shared.close();
    }
  }
}
