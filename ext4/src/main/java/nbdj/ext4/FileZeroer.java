package nbdj.ext4;

import java.io.IOException;

/**
 * Makes data of a file read as zeroes and keeps its space: in place, or by marking blocks as never
 * written. Safe for use by several threads, each of which has the stripes of its range exclusively.
 */
final class FileZeroer {

  private final BlockDevice device;
  private final int blockBits;
  private final FileBlocks blocks;

  /** Whether the file's map can say that blocks were never written. */
  private final boolean marks;

  FileZeroer(BlockDevice device, int blockBits, FileBlocks blocks, boolean marks) {
    this.device = device;
    this.blockBits = blockBits;
    this.blocks = blocks;
    this.marks = marks;
  }

  /** Tell whether blocks can be marked as never written. */
  boolean marks() {
    return marks;
  }

  /**
   * Zero bytes that lie in one run of the device.
   *
   * @param from the first byte, counted from the file's beginning
   * @param shift how many bytes further it lies on the device
   * @param inPlace the most bytes that are zeroed where they are, if there is a choice
   */
  void zero(FileNodes.Reserve reserve, long from, long to, long shift, long inPlace)
      throws IOException {
    long first = (from + (1L << blockBits) - 1) >>> blockBits;
    long last = to >>> blockBits;
    if (!marks || to - from <= inPlace || first >= last) {
      write(from, to, shift);
      return;
    }
    write(from, first << blockBits, shift);
    write(last << blockBits, to, shift);
    blocks.mark(reserve, first, last - first, false);
  }

  private void write(long from, long to, long shift) throws IOException {
    if (from < to) {
      device.zero(from + shift, to - from, false);
    }
  }
}
