package nbdj.ext2;

import java.io.IOException;
import java.nio.ByteBuffer;
import nbdj.api.ExtentSink;
import nbdj.api.ExtentType;
import nbdj.ext4.RunVisitor;

/**
 * Tells the runs of a file as extents of the export, those of one type that touch there as one
 * (rule E-9): on the layer below they may lie apart.
 */
final class ExtentRuns implements RunVisitor {
  private final ExtentSink sink;

  /** Where the next run begins in the export, in bytes. */
  private long offset;

  /** How many bytes in front of {@link #offset} are not told yet. */
  private long held;

  private ExtentType heldType = ExtentType.DATA;

  ExtentRuns(long offset, ExtentSink sink) {
    this.offset = offset;
    this.sink = sink;
  }

  @Override
  public void device(long deviceOffset, long length) throws IOException {
    add(length, ExtentType.DATA);
  }

  @Override
  public void zeroes(long length, boolean hole) throws IOException {
    add(length, hole ? ExtentType.HOLE_ZERO : ExtentType.ZERO);
  }

  @Override
  public void bytes(ByteBuffer content) throws IOException {
    add(content.remaining(), ExtentType.DATA);
  }

  private void add(long length, ExtentType type) throws IOException {
    if (type != heldType) {
      finish();
      heldType = type;
    }
    held += length;
    offset += length;
  }

  /** Tell what is held back, after the last run. */
  void finish() throws IOException {
    if (held > 0) {
      sink.add(offset - held, held, heldType);
      held = 0;
    }
  }
}
