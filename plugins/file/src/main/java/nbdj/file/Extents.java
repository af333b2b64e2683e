package nbdj.file;

import java.io.IOException;
import nbdj.api.ExtentSink;
import nbdj.api.ExtentType;

/** Finds the holes and the data of an open file. */
final class Extents {
  /** The most holes looked for in one call, so that a fragmented file does not hold up a thread. */
  private static final int SEARCHES = 4096;

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
    for (int searches = 0; searches < SEARCHES && at < end; searches++) {
      long data = control.nextData(at);
      if (data == FileControl.UNSUPPORTED) {
        canSearch = false;
        sink.add(at, end - at, ExtentType.DATA);
        return;
      }
      long dataBegin = data == FileControl.NONE ? end : Math.min(data, end);
      if (dataBegin > at) {
        sink.add(at, dataBegin - at, ExtentType.HOLE_ZERO);
        if (first) {
          return;
        }
      }
      if (dataBegin < end) {
        dataBegin = tellData(control, dataBegin, end, sink);
        if (first) {
          return;
        }
      }
      at = dataBegin;
    }
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
