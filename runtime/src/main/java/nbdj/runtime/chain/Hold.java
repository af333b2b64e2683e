package nbdj.runtime.chain;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import nbdj.api.Backend;
import nbdj.api.Context;
import nbdj.api.Next;
import org.jspecify.annotations.Nullable;

/** A filter's hold on one connection: rules O-1 to O-7. */
final class Hold implements Context {
  private final FilterLayer filter;
  private final Owner owner;
  private final boolean readOnly;
  private final Backend backend;
  private final AtomicReference<@Nullable LayerContext> next = new AtomicReference<>();

  /** The handles that the connection ends with this filter's own (O-1, O-4). */
  private final List<LayerContext> owned = new CopyOnWriteArrayList<>();

  private volatile boolean preparing;
  private volatile boolean finalized;
  private volatile boolean closed;

  Hold(FilterLayer filter, Owner owner, boolean readOnly) {
    this.filter = filter;
    this.owner = owner;
    this.readOnly = readOnly;
    this.backend = new BackendView(filter, owner);
  }

  @Override
  public Backend backend() {
    return backend;
  }

  @Override
  public @Nullable Next next() {
    return next.get();
  }

  /** Get what an operation that begins now receives. */
  Next current() {
    LayerContext current = next.get();
    return current != null ? current : filter.noNext();
  }

  @Override
  public Next openNext(boolean readOnly, String exportName) throws IOException {
    if (finalized) {
      throw new IllegalStateException("the handle has ended: nothing is opened for it any more");
    }
    if (next.get() != null) {
      throw new IllegalStateException(
          "the context has a next already (call setNext(null) before openNext)");
    }
    LayerContext opened = filter.below().open(owner, this.readOnly || readOnly, exportName);
    owned.add(opened);
    if (preparing) {
      prepareLate(opened);
    }
    next.set(opened);
    return opened;
  }

  private void prepareLate(LayerContext opened) throws IOException {
    try {
      opened.life().prepare();
    } catch (IOException e) {
      owned.remove(opened);
      opened.life().end(new Failures());
      throw e;
    }
  }

  @Override
  public @Nullable Next setNext(@Nullable Next next) {
    if (closed) {
      throw new IllegalStateException("the handle is closed, and its context with it");
    }
    return this.next.getAndSet(next == null ? null : checked(next));
  }

  private LayerContext checked(Next next) {
    String below = filter.below().name();
    if (!(next instanceof LayerContext context) || context.layer() != filter.below()) {
      throw new IllegalArgumentException(
          "only a handle of %s can be set here (rule O-6)".formatted(below));
    }
    if (context.life().state().compareTo(State.FINALIZED) >= 0) {
      throw new IllegalArgumentException("the handle of %s is closed (rule O-6)".formatted(below));
    }
    if (context.life().keeper() == null && !owned.contains(context)) {
      throw new IllegalArgumentException(
          "the handle of %s belongs to another connection and ends with it (rule O-1)"
              .formatted(below));
    }
    return context;
  }

  List<LayerContext> owned() {
    return owned;
  }

  void beginPrepare() {
    preparing = true;
  }

  void endPrepared() {
    finalized = true;
  }

  void end() {
    closed = true;
  }

  /** End what was opened below by an open of the filter that failed. */
  void abandon() {
    finalized = true;
    closed = true;
    for (LayerContext context : owned) {
      context.life().end(new Failures());
    }
  }
}
