package nbdj.runtime.chain;

import java.io.IOException;
import nbdj.api.Backend;
import nbdj.api.Context;
import nbdj.api.Filter;
import nbdj.api.FilterHandle;
import nbdj.api.OpenRequest;
import nbdj.api.PassThrough;
import nbdj.api.ThreadModel;

/** A filter that writes down every callback and passes everything on. */
class JournalFilter implements Filter {
  final Journal journal;
  final String name;

  JournalFilter(Journal journal, String name) {
    this.journal = journal;
    this.name = name;
  }

  @Override
  public void load() throws IOException {
    journal.add(name + " load");
  }

  @Override
  public void configComplete(Backend next) throws IOException {
    journal.add(name + " configComplete");
    next.configComplete();
  }

  @Override
  public ThreadModel threadModel(ThreadModel next) throws IOException {
    journal.add(name + " threadModel");
    return next;
  }

  @Override
  public void getReady(ThreadModel model) throws IOException {
    journal.add(name + " getReady");
  }

  @Override
  public void afterFork(Backend next) throws IOException {
    journal.add(name + " afterFork");
  }

  @Override
  public void preconnect(Backend next, boolean readOnly) throws IOException {
    journal.add(name + " preconnect");
    next.preconnect(readOnly);
  }

  @Override
  public FilterHandle open(Context context, OpenRequest request) throws IOException {
    journal.add(name + " open");
    openNext(context, request);
    journal.add(name + " opened");
    return new Handle();
  }

  void openNext(Context context, OpenRequest request) throws IOException {
    context.openNext(request.readOnly(), request.exportName());
  }

  @Override
  public void cleanup(Backend next) throws IOException {
    journal.add(name + " cleanup");
  }

  @Override
  public void unload() throws IOException {
    journal.add(name + " unload");
  }

  class Handle extends PassThrough {
    @Override
    public void prepare(Context context) throws IOException {
      journal.add(name + " prepare");
    }

    @Override
    public void finalize(Context context) throws IOException {
      journal.add(name + " finalize");
    }

    @Override
    public void close() throws IOException {
      journal.add(name + " close");
    }
  }
}
