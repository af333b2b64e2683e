package nbdj.runtime.chain;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gathers what fails while handles are ended, so that every layer gets its call (rule L-15). */
final class Failures {
  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

  private @Nullable IOException first;

  /** Run a callback of a layer; log and keep what it throws. */
  @SuppressWarnings("ReferenceEquality") // An exception cannot be suppressed in itself.
  void attempt(Layer layer, String callback, LayerAction action) {
    try {
      action.run();
    } catch (IOException e) {
      LOG.error("{}: {} failed: {}", layer.name(), callback, Faults.describe(e));
      if (first == null) {
        first = e;
      } else if (first != e) {
        first.addSuppressed(e);
      }
    }
  }

  /** Throw the first failure, with the others suppressed in it; do nothing if there is none. */
  void throwFirst() throws IOException {
    if (first != null) {
      throw first;
    }
  }
}
