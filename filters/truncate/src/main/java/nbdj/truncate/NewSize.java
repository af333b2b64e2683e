package nbdj.truncate;

import java.util.OptionalLong;
import nbdj.api.NbdError;
import nbdj.api.NbdException;

/**
 * How the size of an export follows from that of the layer below: what is fixed first, then rounded
 * up, then rounded down.
 *
 * @param fixed the size in bytes; that of the layer below if absent
 * @param up a multiple of this many bytes, at least 1
 * @param down a multiple of this many bytes, at least 1
 */
record NewSize(OptionalLong fixed, long up, long down) {
  static final NewSize AS_BELOW = new NewSize(OptionalLong.empty(), 1, 1);

  NewSize withFixed(long bytes) {
    return new NewSize(OptionalLong.of(bytes), up, down);
  }

  NewSize withUp(long bytes) {
    return new NewSize(fixed, bytes, down);
  }

  NewSize withDown(long bytes) {
    return new NewSize(fixed, up, bytes);
  }

  /** Get the size over a layer of some size. */
  long over(long below) throws NbdException {
    long size = fixed.orElse(below);
    long missing = (up - size % up) % up;
    if (missing > Long.MAX_VALUE - size) {
      throw new NbdException(
          NbdError.EOVERFLOW,
          "round-up=%d: a size of %d rounded up is more than %d bytes (try a smaller number)"
              .formatted(up, size, Long.MAX_VALUE));
    }
    long rounded = size + missing;
    return rounded - rounded % down;
  }
}
