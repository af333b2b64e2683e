package nbdj.junit;

import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import nbdj.api.NbdError;
import org.jspecify.annotations.Nullable;

/** An operation in the log, which may still run. */
final class LogEntry {
  private final LoggedOperation begun;
  private final LongAdder failures;

  /** What it is after its end, {@code null} before. Written once, by the thread that ends it. */
  private volatile @Nullable LoggedOperation ended;

  /**
   * Make an entry.
   *
   * @param begun the operation while it runs
   * @param failures where a failure is counted
   */
  LogEntry(LoggedOperation begun, LongAdder failures) {
    this.begun = begun;
    this.failures = failures;
  }

  /** Say that the operation has ended, and what it failed with. */
  void end(Optional<NbdError> error) {
    ended =
        new LoggedOperation(
            begun.number(),
            begun.client(),
            begun.operation(),
            begun.offset(),
            begun.count(),
            begun.flags(),
            false,
            error);
    if (error.isPresent()) {
      failures.increment();
    }
  }

  /** Get the operation as it is now. */
  LoggedOperation now() {
    LoggedOperation now = ended;
    return now != null ? now : begun;
  }
}
