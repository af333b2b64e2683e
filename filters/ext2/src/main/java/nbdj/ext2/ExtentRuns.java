package nbdj.ext2;

import java.io.IOException;
import java.nio.ByteBuffer;
import nbdj.api.ExtentSink;
import nbdj.api.ExtentType;
import nbdj.ext4.RunVisitor;

/** Tells the runs of a file as extents of the export. */
final class ExtentRuns implements RunVisitor {
  private final ExtentSink sink;

  /** Where the next run begins in the export, in bytes. */
  private long offset;

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
    sink.add(offset, length, type);
    offset += length;
  }
}
