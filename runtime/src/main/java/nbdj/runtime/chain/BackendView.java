package nbdj.runtime.chain;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import nbdj.api.Backend;
import nbdj.api.Export;
import nbdj.api.Next;
import nbdj.api.Peer;
import org.jspecify.annotations.Nullable;

/** The layer below a filter as the filter sees it, with or without a connection at hand. */
final class BackendView implements Backend {
  private final FilterLayer filter;

  /** Whose handles the filter's context belongs to; {@code null} outside a context. */
  private final @Nullable Owner behalf;

  BackendView(FilterLayer filter, @Nullable Owner behalf) {
    this.filter = filter;
    this.behalf = behalf;
  }

  @Override
  public String name() {
    return filter.below().name();
  }

  @Override
  public void config(String key, String value) throws IOException {
    ParameterRouter.config(filter.below(), key, value);
  }

  @Override
  public void configComplete() throws IOException {
    filter.below().configComplete();
  }

  @Override
  public void preconnect(boolean readOnly) throws IOException {
    filter.requireServing();
    filter.below().preconnect(readOnly);
  }

  @Override
  public List<Export> listExports(boolean readOnly, boolean tls) throws IOException {
    filter.requireServing();
    return filter.below().listExports(readOnly, tls);
  }

  @Override
  public Optional<String> defaultExport(boolean readOnly, boolean tls) throws IOException {
    filter.requireServing();
    return filter.below().defaultExport(readOnly, tls);
  }

  @Override
  public Next open(boolean readOnly, String exportName, boolean shared) throws IOException {
    filter.requireServing();
    // What is opened outside a connection outlives connections, whatever it is called (O-7).
    boolean lasting = shared || behalf == null || behalf.shared();
    boolean tls = lasting ? filter.settings().tlsRequired() : behalf != null && behalf.tls();
    Optional<Peer> peer = lasting || behalf == null ? Optional.empty() : behalf.peer();
    LayerContext context =
        filter.below().open(Owner.filter(filter.name(), lasting, tls, peer), readOnly, exportName);
    filter.keep(context);
    return context;
  }

  @Override
  public void requestStop() {
    filter.requireStarted();
    filter.settings().onStopRequest().run();
  }
}
