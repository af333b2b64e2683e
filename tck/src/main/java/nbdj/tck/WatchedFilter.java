package nbdj.tck;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import nbdj.api.Backend;
import nbdj.api.Context;
import nbdj.api.Export;
import nbdj.api.Filter;
import nbdj.api.FilterHandle;
import nbdj.api.OpenRequest;
import nbdj.api.Parameter;
import nbdj.api.ThreadModel;

/** Records every call on its way to the filter under test. */
final class WatchedFilter implements Filter {
  private final Filter filter;
  private final Watch watch;
  private final Dealings dealings;

  WatchedFilter(Filter filter, Watch watch, Dealings dealings) {
    this.filter = filter;
    this.watch = watch;
    this.dealings = dealings;
  }

  private Backend watched(Backend next) {
    return new WatchedBackend(next, dealings, null);
  }

  @Override
  public String description() {
    return filter.description();
  }

  @Override
  public List<Parameter> parameters() {
    return filter.parameters();
  }

  @Override
  public void load() throws IOException {
    watch.server(
        "load",
        call -> {
          filter.load();
          return call;
        });
  }

  @Override
  public void config(Backend next, String key, String value) throws IOException {
    watch.server(
        "config",
        call -> {
          filter.config(watched(next), key, value);
          return new Argument(key, value);
        });
  }

  @Override
  public void configComplete(Backend next) throws IOException {
    watch.server(
        "configComplete",
        call -> {
          filter.configComplete(watched(next));
          return call;
        });
  }

  @Override
  public ThreadModel threadModel(ThreadModel next) throws IOException {
    return watch.server("threadModel", call -> watch.declared(filter.threadModel(next)));
  }

  @Override
  public Map<String, String> dump() throws IOException {
    return watch.server("dump", call -> filter.dump());
  }

  @Override
  public Map<String, String> inspect(Backend next) throws IOException {
    return watch.server("inspect", call -> filter.inspect(watched(next)));
  }

  @Override
  public void getReady(ThreadModel model) throws IOException {
    watch.server(
        "getReady",
        call -> {
          filter.getReady(model);
          return call;
        });
  }

  @Override
  public void afterFork(Backend next) throws IOException {
    watch.server(
        "afterFork",
        call -> {
          filter.afterFork(watched(next));
          return call;
        });
  }

  @Override
  public void preconnect(Backend next, boolean readOnly) throws IOException {
    watch.server(
        "preconnect",
        call -> {
          filter.preconnect(watched(next), readOnly);
          return call;
        });
  }

  @Override
  public List<Export> listExports(Backend next, boolean readOnly, boolean tls) throws IOException {
    return watch.server("listExports", call -> filter.listExports(watched(next), readOnly, tls));
  }

  @Override
  public Optional<String> defaultExport(Backend next, boolean readOnly, boolean tls)
      throws IOException {
    return watch.server(
        "defaultExport", call -> filter.defaultExport(watched(next), readOnly, tls));
  }

  @Override
  public FilterHandle open(Context context, OpenRequest request) throws IOException {
    return watch.server(
        "open",
        call -> {
          Context watched = new WatchedContext(context, dealings);
          FilterHandle handle = filter.open(watched, request);
          dealings.served(request.exportName(), watched);
          // What a layer may not return is for the server to judge.
          return handle == null
              ? handle
              : new WatchedFilterHandle(handle, watched, watch, watch.newHandle(), dealings);
        });
  }

  @Override
  public void cleanup(Backend next) throws IOException {
    watch.server(
        "cleanup",
        call -> {
          try {
            filter.cleanup(watched(next));
          } finally {
            dealings.cleanedUp();
          }
          return call;
        });
  }

  @Override
  public void unload() throws IOException {
    watch.server(
        "unload",
        call -> {
          filter.unload();
          return call;
        });
  }
}
