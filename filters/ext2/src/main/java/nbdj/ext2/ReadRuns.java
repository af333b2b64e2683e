package nbdj.ext2;

import java.io.IOException;
import java.nio.ByteBuffer;
import nbdj.api.Next;
import nbdj.api.ReadSink;
import nbdj.ext4.RunVisitor;

/**
 * Answers a read of the file, run by run, from the layer below.
 *
 * @param lends whether the layer below may lend the answer's bytes, to be sent some time later: by
 *     then they could be another file's, if files give up blocks
 */
record ReadRuns(Next next, ReadSink sink, boolean lends) implements RunVisitor {
  @Override
  public void device(long deviceOffset, long length) throws IOException {
    if (lends) {
      next.read(deviceOffset, length, sink);
    } else {
      next.pread(sink.buffer((int) length), deviceOffset);
    }
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
