package nbdj.ext4;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Writes to a file where it has no data yet. Data goes to the device first, and is led to after
 * that.
 *
 * <p>Safe for use by several threads, each of which has the stripes of its range exclusively.
 */
final class FileFiller {

  private final BlockDevice device;
  private final int blockBits;
  private final FileBlocks blocks;

  private final FileZeroer zeroer;

  private final Supplier<SegmentPlan> plans;

  FileFiller(
      BlockDevice device,
      int blockBits,
      FileBlocks blocks,
      FileZeroer zeroer,
      Supplier<SegmentPlan> plans) {
    this.device = device;
    this.blockBits = blockBits;
    this.blocks = blocks;
    this.zeroer = zeroer;
    this.plans = plans;
  }

  /**
   * Write a range of at least one byte.
   *
   * @throws Ext4Exception if there is no space for all of it; nothing has been written then
   */
  void write(ByteBuffer src, long offset) throws IOException {
    long end = offset + src.remaining();
    try (Work work = new Work(offset, end)) {
      List<FileSegment> run = new ArrayList<>();
      for (FileSegment segment : work.segments) {
        if (!run.isEmpty() && !run.getLast().isContinuedBy(segment)) {
          write(src, offset, end, run);
          run.clear();
        }
        run.add(segment);
      }
      write(src, offset, end, run);
      work.settle(true);
    }
  }

  /** Write what of a range lies in segments that are one run of the device. */
  private void write(ByteBuffer src, long offset, long end, List<FileSegment> run)
      throws IOException {
    long start = run.getFirst().logical() << blockBits;
    long from = Math.max(offset, start);
    long to = Math.min(end, run.getLast().end() << blockBits);
    // What no data covers of a block that has held none must be written, too.
    int head = isWritten(run.getFirst()) ? 0 : (int) (from & mask());
    int tail = isWritten(run.getLast()) ? 0 : (int) (-to & mask());
    int limit = src.limit();
    src.limit(src.position() + (int) (to - from));
    try {
      ByteBuffer bytes = src;
      if (head > 0 || tail > 0) {
        bytes = ByteBuffer.allocate(head + src.remaining() + tail);
        bytes.position(head).put(src).rewind().limit(bytes.capacity());
      }
      long place = (run.getFirst().physical() << blockBits) + (from - head - start);
      ContentWriter.write(device, bytes, place, false);
    } finally {
      src.limit(limit);
    }
  }

  private long mask() {
    return (1L << blockBits) - 1;
  }

  private static boolean isWritten(FileSegment segment) {
    return segment.kind() == FileSegment.Kind.WRITTEN;
  }

  /**
   * Make a range of at least one byte read as zeroes, with all of it being the file's.
   *
   * @param inPlace the most bytes of data that are zeroed where they are
   * @throws Ext4Exception if there is no space for all of it; nothing has been changed then
   */
  void zero(long offset, long end, long inPlace) throws IOException {
    try (Work work = new Work(offset, end)) {
      for (FileSegment segment : work.segments) {
        if (isWritten(segment)) {
          zeroWritten(work, segment, inPlace);
        } else if (segment.kind() == FileSegment.Kind.NEW && !zeroer.marks()) {
          device.zero(segment.physical() << blockBits, (long) segment.length() << blockBits, false);
        }
      }
      work.settle(!zeroer.marks());
    }
  }

  /** Zero what of a range lies in a segment that holds data. */
  private void zeroWritten(Work work, FileSegment segment, long inPlace) throws IOException {
    long start = segment.logical() << blockBits;
    long from = Math.max(work.offset, start);
    long to = Math.min(work.end, segment.end() << blockBits);
    zeroer.zero(
        work.reserve, from, to, (segment.physical() - segment.logical()) << blockBits, inPlace);
  }

  /** Blocks of a range and all that is claimed for them, which is given back if it is not used. */
  private final class Work implements AutoCloseable {
    final long offset;
    final long end;
    final List<FileSegment> segments;
    final FileNodes.Reserve reserve = blocks.reserve();
    private final SegmentPlan plan = plans.get();

    /** How many segments are, or are being made, as they are to be. */
    private int settled;

    Work(long offset, long end) throws IOException {
      this.offset = offset;
      this.end = end;
      plan.run(offset >>> blockBits, (end + mask()) >>> blockBits);
      this.segments = plan.segments();
      boolean ready = false;
      try {
        blocks.checkRoom(plan.claimed());
        blocks.reserve(reserve, segments.size(), false);
        ready = true;
      } finally {
        if (!ready) {
          close();
        }
      }
    }

    /** Map what is new, and mark what is unwritten if it has data now. */
    void settle(boolean written) throws IOException {
      for (FileSegment segment : segments) {
        settled++;
        if (segment.kind() == FileSegment.Kind.NEW) {
          blocks.insert(
              reserve,
              segment.logical(),
              segment.physical(),
              segment.length(),
              written,
              segment.claimed());
        } else if (segment.kind() == FileSegment.Kind.UNWRITTEN && written) {
          blocks.mark(reserve, segment.logical(), segment.length(), true);
        }
      }
    }

    @Override
    public void close() {
      plan.release(settled);
      blocks.keep(reserve);
    }
  }
}
