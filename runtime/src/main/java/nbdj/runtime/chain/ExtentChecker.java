package nbdj.runtime.chain;

import java.io.IOException;
import nbdj.api.ExtentSink;
import nbdj.api.ExtentType;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import org.jspecify.annotations.Nullable;

/**
 * Checks what a layer tells about a range, cuts it to the range, joins neighbours of one type and
 * passes it on as it comes (rules E-1 to E-7).
 *
 * <p>A layer may be asked several times for one range: {@link #begin} before each call, {@link
 * #end} after it, {@link #finish} when the range is {@link #complete}. Used by one thread.
 */
final class ExtentChecker implements ExtentSink {
  private final long start;
  private final long limit;
  private final long size;
  private final boolean onlyOne;
  private final ExtentSink target;
  private final Faults targetFaults;
  private final Faults layerFaults;

  /** Everything in front of this is known. */
  private long reached;

  /** Where the next extent of this call must begin; -1 before the first. */
  private long expected;

  private boolean inCall;
  private @Nullable NbdException broken;

  // The last known run, not yet passed on because more of its type may follow.
  private long pendingStart;
  private long pendingLength;
  private ExtentType pendingType = ExtentType.DATA;

  /**
   * Check the extents of a range.
   *
   * @param size the size of the export, which the range lies inside
   * @param onlyOne the first extent is enough
   * @param targetFaults of the layer that the target belongs to
   * @param layerFaults of the layer that is asked
   */
  ExtentChecker(
      long offset,
      long count,
      long size,
      boolean onlyOne,
      ExtentSink target,
      Faults targetFaults,
      Faults layerFaults) {
    this.start = offset;
    this.limit = offset + count;
    this.size = size;
    this.onlyOne = onlyOne;
    this.target = target;
    this.targetFaults = targetFaults;
    this.layerFaults = layerFaults;
    this.reached = offset;
  }

  /** Get the first byte of which nothing is known yet. */
  long reached() {
    return reached;
  }

  /** Get how many bytes are still unknown. */
  long missing() {
    return limit - reached;
  }

  /** Tell whether enough is known. */
  boolean complete() {
    return reached == limit || (onlyOne && reached > start);
  }

  /** Begin a call of the layer for what is missing. */
  void begin() {
    expected = -1;
    inCall = true;
  }

  /**
   * End a call of the layer.
   *
   * @param from what {@link #reached} was before it
   * @throws NbdException if the call broke a rule, even if the layer caught the failure
   */
  void end(long from) throws NbdException {
    inCall = false;
    if (broken != null) {
      throw broken;
    }
    if (reached == from) {
      throw violation("E-4", "extents added nothing for offset " + from);
    }
  }

  /** Pass on what is still held back. */
  void finish() throws NbdException {
    if (pendingLength > 0) {
      try {
        target.add(pendingStart, pendingLength, pendingType);
      } catch (Throwable t) {
        throw targetFaults.contain("the sink of extents", t);
      }
      pendingLength = 0;
    }
  }

  @Override
  public void add(long offset, long length, ExtentType type) throws IOException {
    if (!inCall) {
      throw new IllegalStateException("the sink of extents was kept after the call (rule R-8)");
    }
    if (length == 0 || (onlyOne && reached > start)) {
      return;
    }
    check(offset, length, type);
    expected = offset + length;
    long from = Math.max(offset, reached);
    long to = Math.min(expected, limit);
    if (to <= from) {
      return;
    }
    if (pendingLength == 0 || pendingType != type) {
      finish();
      pendingStart = from;
      pendingType = type;
    }
    pendingLength += to - from;
    reached = to;
  }

  private void check(long offset, long length, @Nullable ExtentType type) throws NbdException {
    if (type == null) {
      throw violation("E-1", "an extent at %d has no type".formatted(offset));
    }
    if (offset < 0 || length < 0 || length > size - offset) {
      throw violation(
          "E-4",
          "an extent of %d bytes at %d is outside the export of %d bytes"
              .formatted(length, offset, size));
    }
    if (expected < 0) {
      if (offset > reached || offset + length <= reached) {
        throw violation(
            "E-2",
            "the first extent, %d bytes at %d, does not contain offset %d"
                .formatted(length, offset, reached));
      }
    } else if (offset != expected) {
      throw violation(
          "E-3", "an extent at %d follows one that ended at %d".formatted(offset, expected));
    }
  }

  private NbdException violation(String rule, String what) {
    NbdException failure = layerFaults.violation(NbdError.EINVAL, rule, what);
    broken = failure;
    return failure;
  }
}
