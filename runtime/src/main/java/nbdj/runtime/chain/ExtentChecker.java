package nbdj.runtime.chain;

import java.io.IOException;
import nbdj.api.ExtentSink;
import nbdj.api.ExtentType;
import nbdj.api.MetaSink;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import org.jspecify.annotations.Nullable;

/**
 * Checks what a layer tells about a range, cuts it to the range, joins neighbours of one status and
 * passes it on as it comes (rules E-1 to E-7, and M-3 to M-6). Used by one thread.
 */
final class ExtentChecker implements ExtentSink, MetaSink {
  /** Asks a layer about a range, for an answer in this sink. */
  @FunctionalInterface
  interface Question {
    void ask(long offset, long count) throws IOException;
  }

  private final ExtentMap map;
  private final long start;
  private final long limit;
  private final long size;
  private final boolean onlyOne;
  private final Faults targetFaults;
  private final Faults layerFaults;

  /** Everything in front of this is known. */
  private long reached;

  /** Where the next extent of this call must begin; -1 before the first. */
  private long expected;

  private boolean inCall;
  private @Nullable NbdException broken;

  // The last known run, not yet passed on because more of its status may follow.
  private long pendingStart;
  private long pendingLength;
  private long pendingStatus;

  /**
   * Check the extents of a range.
   *
   * @param map what is asked for
   * @param size the size of the export, which the range lies inside
   * @param onlyOne the first extent is enough
   * @param targetFaults of the layer that the target belongs to
   * @param layerFaults of the layer that is asked
   */
  ExtentChecker(
      ExtentMap map,
      long offset,
      long count,
      long size,
      boolean onlyOne,
      Faults targetFaults,
      Faults layerFaults) {
    this.map = map;
    this.start = offset;
    this.limit = offset + count;
    this.size = size;
    this.onlyOne = onlyOne;
    this.targetFaults = targetFaults;
    this.layerFaults = layerFaults;
    this.reached = offset;
  }

  /** Ask a layer until enough is known, each time about what is missing. */
  void ask(Question question) throws IOException {
    while (reached < limit && !(onlyOne && reached > start)) {
      long from = reached;
      expected = -1;
      inCall = true;
      question.ask(from, limit - from);
      inCall = false;
      if (broken != null) {
        // It broke a rule, even if it caught the failure.
        throw broken;
      }
      if (reached == from) {
        throw violation(map.inside(), map.call() + " added nothing for offset " + from);
      }
    }
    finish();
  }

  /** Pass on what is still held back. */
  private void finish() throws NbdException {
    if (pendingLength > 0) {
      try {
        map.target().add(pendingStart, pendingLength, pendingStatus);
      } catch (Throwable t) {
        throw targetFaults.contain("the sink of " + map.call(), t);
      }
      pendingLength = 0;
    }
  }

  @Override
  public void add(long offset, long length, @Nullable ExtentType type) throws IOException {
    if (type == null && isWanted(length)) {
      throw violation("E-1", "an extent at %d has no type".formatted(offset));
    }
    add(offset, length, type == null ? 0 : type.allocationFlags());
  }

  private boolean isWanted(long length) {
    if (!inCall) {
      throw new IllegalStateException(
          "the sink of %s was kept after the call (rule R-8)".formatted(map.call()));
    }
    return length != 0 && !(onlyOne && reached > start);
  }

  @Override
  public void add(long offset, long length, long status) throws IOException {
    if (!isWanted(length)) {
      return;
    }
    check(offset, length);
    expected = offset + length;
    long from = Math.max(offset, reached);
    long to = Math.min(expected, limit);
    if (to <= from) {
      return;
    }
    if (pendingLength == 0 || pendingStatus != status) {
      finish();
      pendingStart = from;
      pendingStatus = status;
    }
    pendingLength += to - from;
    reached = to;
  }

  private void check(long offset, long length) throws NbdException {
    if (offset < 0 || length < 0 || length > size - offset) {
      throw violation(
          map.inside(),
          "an extent of %d bytes at %d is outside the export of %d bytes"
              .formatted(length, offset, size));
    }
    if (expected < 0) {
      if (offset > reached || offset + length <= reached) {
        throw violation(
            map.begins(),
            "the first extent, %d bytes at %d, does not contain offset %d"
                .formatted(length, offset, reached));
      }
    } else if (offset != expected) {
      throw violation(
          map.follows(),
          "an extent at %d follows one that ended at %d".formatted(offset, expected));
    }
  }

  private NbdException violation(String rule, String what) {
    NbdException failure = layerFaults.violation(NbdError.EINVAL, rule, what);
    broken = failure;
    return failure;
  }
}
