package nbdj.ext2;

import java.io.IOException;
import java.nio.ByteBuffer;
import nbdj.api.Next;
import nbdj.ext4.RunVisitor;

/** Fetches the runs of a file that lie on the layer below. */
record CacheRuns(Next next) implements RunVisitor {
  @Override
  public void device(long deviceOffset, long length) throws IOException {
    next.cache(deviceOffset, length);
  }

  @Override
  public void zeroes(long length, boolean hole) {}

  @Override
  public void bytes(ByteBuffer content) {}
}
