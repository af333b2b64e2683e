package nbdj.tck;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import nbdj.api.Export;
import nbdj.api.OpenRequest;
import nbdj.api.Parameter;
import nbdj.api.PluginHandle;
import nbdj.api.ThreadModel;

/** The reference plugin in the manner of another. */
final class MannerlyPlugin extends ReferencePlugin {
  private final Manner manner;

  MannerlyPlugin(Manner manner) {
    super(Verdict.device());
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
  public void config(String key, String value) throws IOException {
    manner.begin("config");
  }

  @Override
  public void configComplete() throws IOException {
    manner.begin("configComplete");
  }

  @Override
  public ThreadModel threadModel() throws IOException {
    manner.begin("threadModel");
    return manner.threadModel(super.threadModel());
  }

  @Override
  public Map<String, String> dump() throws IOException {
    manner.begin("dump");
    return manner.dump();
  }

  @Override
  public void getReady(ThreadModel model) throws IOException {
    manner.begin("getReady");
  }

  @Override
  public void afterFork() throws IOException {
    manner.begin("afterFork");
  }

  @Override
  public void preconnect(boolean readOnly) throws IOException {
    manner.begin("preconnect");
  }

  @Override
  public List<Export> listExports(boolean readOnly, boolean tls) throws IOException {
    manner.begin("listExports");
    return manner.listExports(super.listExports(readOnly, tls));
  }

  @Override
  public Optional<String> defaultExport(boolean readOnly, boolean tls) throws IOException {
    manner.begin("defaultExport");
    return manner.defaultExport(super.defaultExport(readOnly, tls));
  }

  @Override
  public PluginHandle open(OpenRequest request) throws IOException {
    manner.begin("open");
    return new PluginOfHandle(manner.open(request), new DirectNext(new ReferenceHandle(this)));
  }

  @Override
  public void cleanup() throws IOException {
    manner.begin("cleanup");
  }

  @Override
  public void unload() throws IOException {
    manner.begin("unload");
  }
}
