package nbdj.data;

import java.io.IOException;

/**
 * Bytes that an expression stands for, of which there may be more than memory holds.
 *
 * <p>Used by one thread.
 */
interface Content {
  /** Where bytes are put. */
  interface Target {
    /** Put bytes at an offset of the disk. */
    void write(long offset, byte[] bytes, int from, int to) throws IOException;

    /** Make a range read as zeroes. */
    void zero(long offset, long count) throws IOException;
  }

  /** Get how many bytes there are. */
  long size() throws IOException;

  /**
   * Put a part of the bytes on a disk that reads as zeroes there: zeroes may be left out.
   *
   * @param from the first byte of the part
   * @param to the one behind the last
   * @param offset where the first is to lie on the disk
   */
  void put(long from, long to, long offset, Target target) throws IOException;

  /**
   * Get the first bytes, or all if there are not so many. Only this is asked of what may have no
   * end.
   */
  default Content first(long most) throws IOException {
    return new Slice(this, 0, Math.min(most, size()));
  }
}
