package nbdj.proxy;

import com.google.auto.service.AutoService;
import java.io.IOException;
import java.util.List;
import nbdj.api.ConfigException;
import nbdj.api.Export;
import nbdj.api.Nbdj;
import nbdj.api.OpenRequest;
import nbdj.api.Parameter;
import nbdj.api.Plugin;
import nbdj.api.PluginHandle;
import nbdj.api.Registered;
import nbdj.api.ThreadModel;
import nbdj.client.ListedExport;
import nbdj.client.NbdClient;
import nbdj.client.NbdClientException;
import org.jspecify.annotations.Nullable;

/**
 * Serve the disk of another NBD server.
 *
 * <p>Each client gets a connection of its own to that server, or all share one. A handle keeps its
 * connection for life: when that is lost, its requests fail, and who opens a handle anew gets a new
 * connection.
 *
 * @since 0.1
 */
@AutoService(Plugin.class)
@Registered(name = "nbd", api = Nbdj.API_VERSION)
public final class NbdPlugin implements Plugin {
  private final NbdParameters parameters = new NbdParameters();

  /** Where the other server is, from {@link #configComplete} on. */
  private @Nullable Remote remote;

  /** The connection that all clients share, from {@link #afterFork} on, if they do. */
  private @Nullable SharedConnection shared;

  /** Make the plugin. */
  public NbdPlugin() {}

  @Override
  public String description() {
    return "the disk of another NBD server";
  }

  @Override
  public List<Parameter> parameters() {
    return NbdParameters.declare();
  }

  @Override
  public void config(String key, String value) throws IOException {
    parameters.give(key, value);
  }

  @Override
  public void configComplete() throws ConfigException {
    remote = parameters.remote();
  }

  @Override
  public ThreadModel threadModel() {
    return ThreadModel.PARALLEL;
  }

  private Remote remote() {
    if (remote == null) {
      throw new IllegalStateException("used before configComplete");
    }
    return remote;
  }

  @Override
  public void afterFork() throws IOException {
    if (parameters.shared()) {
      shared = new SharedConnection(remote());
    }
  }

  @Override
  public List<Export> listExports(boolean readOnly, boolean tls) throws IOException {
    if (!parameters.dynamic()) {
      return List.of(Export.of(""));
    }
    try {
      return remote().list().stream().map(NbdPlugin::export).toList();
    } catch (NbdClientException e) {
      throw Failures.of(e);
    }
  }

  private static Export export(ListedExport listed) {
    return new Export(listed.name(), listed.description());
  }

  @Override
  public PluginHandle open(OpenRequest request) throws IOException {
    if (shared != null) {
      return new RemoteHandle(shared.client(), true);
    }
    String name = parameters.dynamic() ? request.exportName() : remote().exportName();
    NbdClient client = remote().connect(name);
    return new RemoteHandle(client, false);
  }

  @Override
  public void cleanup() {
    if (shared != null) {
      shared.close();
    }
  }
}
