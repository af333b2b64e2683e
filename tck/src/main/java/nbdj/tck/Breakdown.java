package nbdj.tck;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import nbdj.api.NbdError;
import nbdj.api.NbdException;

/** Makes operations of a device fail for a while, and counts the failures. Thread-safe. */
final class Breakdown implements Hook {
  /** The data operations that move or describe bytes, and flush. */
  static final Set<String> DATA =
      Set.of("read", "pread", "pwrite", "zero", "trim", "flush", "extents", "cache");

  static final Set<String> READS = Set.of("read", "pread");
  static final Set<String> WRITES = Set.of("pwrite", "zero", "trim");

  private final Set<String> operations;
  private final int every;
  private final IntFunction<NbdError> errors;
  private final AtomicInteger seen = new AtomicInteger();
  private final AtomicInteger failed = new AtomicInteger();
  private volatile boolean lasting;

  private Breakdown(Set<String> operations, int every, IntFunction<NbdError> errors) {
    this.operations = operations;
    this.every = every;
    this.errors = errors;
  }

  /** Have operations of some names fail, each of them with the same error. */
  static Breakdown of(Set<String> operations, NbdError error) {
    return new Breakdown(operations, 1, number -> error);
  }

  /** Have one in so many data operations fail, with all errors in turn. */
  static Breakdown every(int count) {
    List<NbdError> all = List.of(NbdError.values());
    return new Breakdown(DATA, count, number -> all.get(number % all.size()));
  }

  void begin() {
    lasting = true;
  }

  void end() {
    lasting = false;
  }

  /** Get how many operations have failed. */
  int failed() {
    return failed.get();
  }

  @Override
  public void before(String operation) throws IOException {
    if (lasting && operations.contains(operation) && seen.incrementAndGet() % every == 0) {
      NbdError error = errors.apply(failed.getAndIncrement());
      throw new NbdException(error, "the device below fails in " + operation);
    }
  }
}
