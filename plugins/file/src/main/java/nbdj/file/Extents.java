package nbdj.file;

import java.io.IOException;
import nbdj.api.ExtentSink;
import nbdj.api.ExtentType;

/**
 * Finds the holes and the data of an open file.
 *
 * <p>Space that was allocated and never written is a hole to a search for data, but is told as
 * allocated zeroes where the file system maps it.
 */
final class Extents {
  /** The most steps of one call, so that a fragmented file does not hold up a thread. */
  private static final int STEPS = 4096;

  private final OpenFile file;

  /** Searching works, as far as is known. */
  private volatile boolean canSearch = true;

  Extents(OpenFile file) {
    this.file = file;
  }

  /** Tell what a range holds, from its first byte on but not necessarily to its end. */
  void tell(long offset, long count, boolean first, ExtentSink sink) throws IOException {
    if (!canSearch) {
      sink.add(offset, count, ExtentType.DATA);
      return;
    }
    FileControl control = file.control();
    long end = offset + count;
    long at = offset;
    for (int steps = 0; steps < STEPS && at < end && !(first && at > offset); steps++) {
      long data = control.nextData(at);
      if (data == FileControl.UNSUPPORTED) {
        canSearch = false;
        sink.add(at, end - at, ExtentType.DATA);
        return;
      }
      long dataBegin = data == FileControl.NONE ? end : Math.min(data, end);
      at =
          dataBegin > at
              ? tellHole(control, at, dataBegin, sink)
              : tellData(control, at, end, sink);
    }
  }

  /** Tell what the first part of a hole is, and get where that ends. */
  private static long tellHole(FileControl control, long begin, long end, ExtentSink sink)
      throws IOException {
    FileControl.Space space = control.nextAllocated(begin, end);
    if (space != null && space.begin() == begin) {
      sink.add(begin, space.end() - begin, ExtentType.ZERO);
      return space.end();
    }
    long stop = space == null ? end : space.begin();
    sink.add(begin, stop - begin, ExtentType.HOLE_ZERO);
    return stop;
  }

  /** Tell of the data that begins at an offset, and get where it ends. */
  private static long tellData(FileControl control, long begin, long end, ExtentSink sink)
      throws IOException {
    long hole = control.nextHole(begin);
    // No hole, or one where there was data just now: to call that byte data is never wrong.
    long stop = hole < 0 ? end : Math.clamp(hole, begin + 1, end);
    sink.add(begin, stop - begin, ExtentType.DATA);
    return stop;
  }
}
