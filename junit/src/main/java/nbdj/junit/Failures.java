package nbdj.junit;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Does all steps of an end though one fails, and fails then. Used by one thread. */
final class Failures {
  /** A step that may fail. */
  @FunctionalInterface
  interface Step {
    void run() throws IOException;
  }

  private @Nullable Throwable first;

  void attempt(Step step) {
    try {
      step.run();
    } catch (IOException | RuntimeException | Error e) {
      if (first == null) {
        first = e;
      } else {
        first.addSuppressed(e);
      }
    }
  }

  /** Throw the first failure, if there was one, with the others suppressed in it. */
  void throwFirst() throws IOException {
    switch (first) {
      case null -> {}
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException("no step throws this", first);
    }
  }
}
