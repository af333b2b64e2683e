package nbdj.error;

import java.util.Set;
import java.util.function.BooleanSupplier;
import nbdj.api.NbdError;

/**
 * Which requests fail, and how.
 *
 * @param operations the kinds of requests
 * @param from where the range begins that a request must touch
 * @param to where it ends, exclusive; with {@code from} 0 and {@link Long#MAX_VALUE} any request is
 *     concerned, also one that has no range
 * @param skipped how many of the requests are let through first
 * @param most how many fail at most
 * @param rate the share of those left that fail, from 0 to 1
 * @param seed which of them
 * @param condition tells whether anything fails now
 * @param part how many bytes of a request that changes something are dealt with before it fails
 * @param error what the client sees
 */
record Terms(
    Set<Operation> operations,
    long from,
    long to,
    long skipped,
    long most,
    double rate,
    long seed,
    BooleanSupplier condition,
    long part,
    NbdError error) {

  /** Tell whether a request is of those that may fail; one without a range has a count of 0. */
  boolean concern(Operation operation, long offset, long count) {
    if (!operations.contains(operation)) {
      return false;
    }
    boolean everywhere = from == 0 && to == Long.MAX_VALUE;
    return everywhere || (offset < to && offset + count > from && count > 0);
  }
}
