package nbdj.ext2;

import java.io.IOException;
import java.nio.ByteBuffer;
import nbdj.api.Next;
import nbdj.api.ReadSink;
import nbdj.ext4.RunVisitor;

/** Answers a read of the file, run by run, from the layer below. */
record ReadRuns(Next next, ReadSink sink) implements RunVisitor {
  @Override
  public void device(long deviceOffset, long length) throws IOException {
    next.read(deviceOffset, length, sink);
  }

  @Override
  public void zeroes(long length, boolean hole) throws IOException {
    sink.zeroes(length);
  }

  @Override
  public void bytes(ByteBuffer content) throws IOException {
    sink.buffer(content.remaining()).put(content);
  }
}
