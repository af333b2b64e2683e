package nbdj.runtime.chain;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import org.jspecify.annotations.Nullable;

/**
 * The life of one handle and of those below that end with it: {@code finalize} where {@code
 * prepare} succeeded, {@code close} where {@code open} did, each once, whatever else fails.
 */
final class Lifespan {
  private final Layer layer;
  private final GuardedCalls calls;
  private final AtomicBoolean preparing = new AtomicBoolean();
  private final AtomicBoolean ending = new AtomicBoolean();
  private volatile State state = State.OPENED;

  /** The filter that opened the handle and must close it; {@code null} for every other. */
  private volatile @Nullable FilterLayer keeper;

  Lifespan(Layer layer, GuardedCalls calls) {
    this.layer = layer;
    this.calls = calls;
  }

  State state() {
    return state;
  }

  @Nullable FilterLayer keeper() {
    return keeper;
  }

  void keptBy(FilterLayer filter) {
    keeper = filter;
  }

  /** Make sure that questions and operations may be passed to the layer. */
  void requirePrepared() throws NbdException {
    if (state != State.PREPARED) {
      throw notPrepared();
    }
  }

  private NbdException notPrepared() {
    if (state == State.OPENED) {
      throw new IllegalStateException(
          "the handle of %s is not prepared yet (rule L-9)".formatted(layer.name()));
    }
    return new NbdException(
        NbdError.ESHUTDOWN, "the handle of %s is closed".formatted(layer.name()));
  }

  /**
   * Prepare the handles below, then this one (rule L-9).
   *
   * @throws IllegalStateException if it has been tried before
   */
  void prepare() throws IOException {
    if (!preparing.compareAndSet(false, true)) {
      throw new IllegalStateException(
          "the handle of %s is prepared once (rule L-9)".formatted(layer.name()));
    }
    for (LayerContext below : calls.below()) {
      below.life().prepare();
    }
    calls.prepare();
    state = State.PREPARED;
  }

  /**
   * Finalize and close this handle and those below that end with it, outermost first. The second
   * call does nothing.
   */
  void end(Failures failures) {
    if (ending.compareAndSet(false, true)) {
      finalizeAll(failures);
      closeAll(failures);
    }
  }

  private void finalizeAll(Failures failures) {
    if (state == State.PREPARED) {
      state = State.FINALIZED;
      failures.attempt(layer, "finalize", calls::finalizeHandle);
    }
    for (LayerContext below : calls.below()) {
      below.life().finalizeAll(failures);
    }
  }

  private void closeAll(Failures failures) {
    ending.set(true);
    state = State.CLOSED;
    failures.attempt(layer, "close", calls::close);
    for (LayerContext below : calls.below()) {
      below.life().closeAll(failures);
    }
    // Last, so that who comes next finds the layers below free too.
    layer.leaveSlot();
  }
}
