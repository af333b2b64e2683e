package nbdj.delay;

import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Which requests are delayed, and for how long.
 *
 * @param operations the kinds of requests
 * @param from where the range begins that a request must touch
 * @param to where it ends, exclusive; with {@code from} 0 and {@link Long#MAX_VALUE} any request is
 *     concerned, also one that has no range
 * @param most how many are delayed at most
 * @param condition tells whether anything is delayed now
 * @param nanos how long, in nanoseconds, 0 or more; {@link #FOREVER} until it is released
 */
record Terms(
    Set<Operation> operations,
    long from,
    long to,
    long most,
    BooleanSupplier condition,
    long nanos) {
  static final long FOREVER = -1;

  /** Tell whether a request is delayed; one without a range has a count of 0. */
  boolean concern(Operation operation, long offset, long count) {
    if (!operations.contains(operation)) {
      return false;
    }
    boolean everywhere = from == 0 && to == Long.MAX_VALUE;
    boolean inRange = everywhere || (offset < to && offset + count > from && count > 0);
    return inRange && condition.getAsBoolean();
  }
}
