package nbdj.runtime.chain;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import nbdj.api.Backend;
import nbdj.api.Export;
import nbdj.api.Filter;
import nbdj.api.FilterHandle;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.Next;
import nbdj.api.OpenRequest;
import nbdj.api.Parameter;
import nbdj.api.ThreadModel;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A layer over another, and the handles of that other which it opened itself. */
final class FilterLayer extends Layer {
  private static final Logger LOG = LoggerFactory.getLogger(FilterLayer.class);

  private final Filter filter;
  private final Layer below;
  private final Backend backend;
  private volatile @Nullable Next noNext;

  /** Guards the two fields below it; nothing is called while it is held. */
  private final ReentrantLock keeping = new ReentrantLock();

  private final Set<LayerContext> kept = new LinkedHashSet<>();
  private boolean serving;

  /**
   * What starts the layers below while the filter looks at them; used by the thread that starts and
   * stops the chain.
   */
  private @Nullable LayerAction startBelow;

  FilterLayer(String name, Filter filter, Layer below, ChainSettings settings) {
    super(name, filter, settings);
    this.filter = filter;
    this.below = below;
    this.backend = new BackendView(this, null);
    below.setAbove(this);
  }

  Layer below() {
    return below;
  }

  /** Get what operations receive where the context has no next. */
  Next noNext() {
    Next none = noNext;
    if (none == null) {
      none = NoNext.of(below.name());
      noNext = none;
    }
    return none;
  }

  /** Make sure that the layer below can be called to serve: from afterFork to cleanup. */
  void requireServing() throws IOException {
    LayerAction start = startBelow;
    if (start != null) {
      start.run();
      startBelow = null;
      setServing(true);
    }
    requireStarted();
  }

  /** Make sure that it is a time from afterFork to cleanup. Starts nothing. */
  void requireStarted() {
    keeping.lock();
    try {
      if (!serving) {
        throw new IllegalStateException(
            "%s can be asked and opened from afterFork to cleanup only (rule N-4)"
                .formatted(below.name()));
      }
    } finally {
      keeping.unlock();
    }
  }

  /**
   * Remember a handle that the filter opened itself.
   *
   * @throws NbdException if cleanup is over, in which case the handle is closed
   */
  void keep(LayerContext context) throws NbdException {
    boolean keepable;
    keeping.lock();
    try {
      keepable = serving;
      if (keepable) {
        context.life().keptBy(this);
        kept.add(context);
      }
    } finally {
      keeping.unlock();
    }
    if (!keepable) {
      context.life().end(new Failures());
      throw new NbdException(NbdError.ESHUTDOWN, "the server is shutting down");
    }
  }

  /** Forget a handle that the filter closes. */
  void forget(LayerContext context) {
    keeping.lock();
    try {
      kept.remove(context);
    } finally {
      keeping.unlock();
    }
  }

  @Override
  Layer belowOrNull() {
    return below;
  }

  @Override
  List<Parameter> callParameters() {
    return filter.parameters();
  }

  @Override
  void callLoad() throws IOException {
    filter.load();
  }

  @Override
  void callConfig(String key, String value) throws IOException {
    filter.config(backend, key, value);
  }

  @Override
  void callConfigComplete() throws IOException {
    filter.configComplete(backend);
  }

  @Override
  ThreadModel callThreadModel() throws IOException {
    return filter.threadModel(below.model());
  }

  @Override
  Map<String, String> callDump() throws IOException {
    return filter.dump();
  }

  @Override
  Map<String, String> callInspect(LayerAction start) throws IOException {
    if (isServing()) {
      return filter.inspect(backend);
    }
    startBelow = start;
    try {
      return filter.inspect(backend);
    } finally {
      startBelow = null;
      afterCleanup();
    }
  }

  private boolean isServing() {
    keeping.lock();
    try {
      return serving;
    } finally {
      keeping.unlock();
    }
  }

  @Override
  void callGetReady(ThreadModel model) throws IOException {
    filter.getReady(model);
  }

  @Override
  void callAfterFork() throws IOException {
    setServing(true);
    filter.afterFork(backend);
  }

  @Override
  void callPreconnect(boolean readOnly) throws IOException {
    filter.preconnect(backend, readOnly);
  }

  @Override
  List<Export> callListExports(boolean readOnly, boolean tls) throws IOException {
    return filter.listExports(backend, readOnly, tls);
  }

  @Override
  Optional<String> callDefaultExport(boolean readOnly, boolean tls) throws IOException {
    return filter.defaultExport(backend, readOnly, tls);
  }

  @Override
  LayerContext callOpen(OpenRequest request, Owner owner) throws IOException {
    Hold hold = new Hold(this, owner, request.readOnly());
    boolean opened = false;
    try {
      FilterHandle handle = filter.open(hold, request);
      if (handle == null) {
        throw faults().violation("X-5", "open returned null");
      }
      LayerContext context =
          new LayerContext(this, request, new FilterCalls(handle, hold, faults()));
      opened = true;
      return context;
    } finally {
      if (!opened) {
        hold.abandon();
      }
    }
  }

  @Override
  void callCleanup() throws IOException {
    filter.cleanup(backend);
  }

  @Override
  void afterCleanup() {
    List<LayerContext> leaked;
    keeping.lock();
    try {
      serving = false;
      leaked = List.copyOf(kept);
      kept.clear();
    } finally {
      keeping.unlock();
    }
    for (LayerContext context : leaked) {
      LOG.debug("{}: closing a handle of {} that cleanup left open", name(), below.name());
      context.life().end(new Failures());
    }
  }

  @Override
  void callUnload() throws IOException {
    filter.unload();
  }

  private void setServing(boolean now) {
    keeping.lock();
    try {
      serving = now;
    } finally {
      keeping.unlock();
    }
  }
}
