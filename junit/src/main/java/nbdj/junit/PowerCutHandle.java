package nbdj.junit;

import java.io.IOException;
import java.nio.ByteBuffer;
import nbdj.api.ExtentSink;
import nbdj.api.Flags;
import nbdj.api.Next;
import nbdj.api.PassThrough;
import nbdj.api.ReadSink;

/**
 * One connection through the filter. Every operation on data goes to the medium, whose content is
 * that of the layer below and of the cache together; questions go to the layer below.
 */
final class PowerCutHandle extends PassThrough {
  private final Medium medium;

  PowerCutHandle(Medium medium) {
    this.medium = medium;
  }

  @Override
  public void read(Next next, long offset, long count, ReadSink sink) throws IOException {
    medium.read(offset, count, sink);
  }

  @Override
  public void pwrite(Next next, ByteBuffer buffer, long offset, Flags flags) throws IOException {
    medium.write(buffer, offset, flags);
  }

  @Override
  public void flush(Next next) throws IOException {
    medium.flush();
  }

  @Override
  public void trim(Next next, long offset, long count, Flags flags) throws IOException {
    medium.trim(offset, count, flags);
  }

  @Override
  public void zero(Next next, long offset, long count, Flags flags) throws IOException {
    medium.zero(offset, count, flags);
  }

  @Override
  public void extents(Next next, long offset, long count, Flags flags, ExtentSink sink)
      throws IOException {
    medium.extents(offset, count, flags, sink);
  }
}
