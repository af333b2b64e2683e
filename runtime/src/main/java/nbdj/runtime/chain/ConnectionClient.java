package nbdj.runtime.chain;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import nbdj.api.Export;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.Next;
import nbdj.api.Peer;
import nbdj.api.ThreadModel;

/** One connection's handles of the outermost layer. */
final class ConnectionClient implements Client {
  private final Layer outermost;
  private final Peer peer;
  private final BooleanSupplier stopping;
  private final Consumer<ConnectionClient> onClose;

  /** Replaced when the connection becomes encrypted. */
  private Owner owner;

  private final Set<LayerContext> open = ConcurrentHashMap.newKeySet();

  /**
   * Begin a connection.
   *
   * @param stopping tells whether nothing may be opened any more
   * @param onClose told once the connection has released everything
   */
  ConnectionClient(
      Layer outermost,
      boolean tls,
      Peer peer,
      BooleanSupplier stopping,
      Consumer<ConnectionClient> onClose) {
    this.outermost = outermost;
    this.peer = peer;
    this.owner = Owner.connection(tls, peer);
    this.stopping = stopping;
    this.onClose = onClose;
  }

  @Override
  public ThreadModel threadModel() {
    return outermost.model();
  }

  @Override
  public void secure(Optional<String> name) {
    if (!open.isEmpty()) {
      throw new IllegalStateException("what was opened in plain text must be released first");
    }
    owner = Owner.connection(true, new Peer(peer.address(), name));
  }

  @Override
  public List<Export> listExports() throws IOException {
    requireRunning();
    return outermost.listExports(false, owner.tls());
  }

  @Override
  public Optional<String> defaultExport() throws IOException {
    requireRunning();
    return outermost.defaultExport(false, owner.tls());
  }

  @Override
  public Next open(String exportName) throws IOException {
    requireRunning();
    LayerContext context = outermost.open(owner, false, exportName);
    boolean prepared = false;
    try {
      context.life().prepare();
      open.add(context);
      prepared = true;
      return context;
    } finally {
      if (!prepared) {
        context.life().end(new Failures());
      }
    }
  }

  @Override
  public void release(Next export) {
    if (export instanceof LayerContext context && open.remove(context)) {
      context.life().end(new Failures());
    }
  }

  @Override
  public void close() {
    for (LayerContext context : open) {
      release(context);
    }
    onClose.accept(this);
  }

  private void requireRunning() throws NbdException {
    if (stopping.getAsBoolean()) {
      throw new NbdException(NbdError.ESHUTDOWN, "the server is shutting down");
    }
  }
}
