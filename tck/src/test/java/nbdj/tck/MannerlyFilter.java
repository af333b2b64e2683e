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

/** A filter that passes all on, in the manner of another. */
final class MannerlyFilter implements Filter {
  private final Manner manner;

  MannerlyFilter(Manner manner) {
    this.manner = manner;
  }

  @Override
  public String description() {
    return manner.description();
  }

  @Override
  public List<Parameter> parameters() {
    return manner.parameters();
  }

  @Override
  public void load() throws IOException {
    manner.begin("load");
  }

  @Override
  public void config(Backend next, String key, String value) throws IOException {
    manner.begin("config");
  }

  @Override
  public void configComplete(Backend next) throws IOException {
    manner.begin("configComplete");
    next.configComplete();
  }

  @Override
  public ThreadModel threadModel(ThreadModel next) throws IOException {
    manner.begin("threadModel");
    return manner.threadModel(next);
  }

  @Override
  public Map<String, String> dump() throws IOException {
    manner.begin("dump");
    return manner.dump();
  }

  @Override
  public Map<String, String> inspect(Backend next) throws IOException {
    manner.begin("inspect");
    return manner.inspect(next);
  }

  @Override
  public void getReady(ThreadModel model) throws IOException {
    manner.begin("getReady");
  }

  @Override
  public void afterFork(Backend next) throws IOException {
    manner.begin("afterFork");
  }

  @Override
  public void preconnect(Backend next, boolean readOnly) throws IOException {
    manner.begin("preconnect");
    next.preconnect(readOnly);
  }

  @Override
  public List<Export> listExports(Backend next, boolean readOnly, boolean tls) throws IOException {
    manner.begin("listExports");
    return manner.listExports(next.listExports(readOnly, tls));
  }

  @Override
  public Optional<String> defaultExport(Backend next, boolean readOnly, boolean tls)
      throws IOException {
    manner.begin("defaultExport");
    return manner.defaultExport(next.defaultExport(readOnly, tls));
  }

  @Override
  public FilterHandle open(Context context, OpenRequest request) throws IOException {
    manner.begin("open");
    FilterHandle handle = manner.open(request);
    context.openNext(request.readOnly(), request.exportName());
    return handle;
  }

  @Override
  public void cleanup(Backend next) throws IOException {
    manner.begin("cleanup");
  }

  @Override
  public void unload() throws IOException {
    manner.begin("unload");
  }
}
