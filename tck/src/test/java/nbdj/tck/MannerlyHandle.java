package nbdj.tck;

import java.io.IOException;
import java.nio.ByteBuffer;
import nbdj.api.Context;
import nbdj.api.Flags;
import nbdj.api.Next;
import nbdj.api.ReadSink;

/** A faithful handle that begins its callbacks with those of a {@link Manner}. */
class MannerlyHandle extends Faithful {
  private final Manner manner;

  MannerlyHandle(Manner manner) {
    this.manner = manner;
  }

  @Override
  public void prepare(Context context) throws IOException {
    manner.begin("prepare");
  }

  @Override
  public void finalize(Context context) throws IOException {
    manner.begin("finalize");
  }

  @Override
  public void close() throws IOException {
    manner.begin("close");
  }

  @Override
  public long size(Next next) throws IOException {
    manner.begin("size");
    return super.size(next);
  }

  @Override
  public boolean canWrite(Next next) throws IOException {
    manner.begin("canWrite");
    return super.canWrite(next);
  }

  @Override
  public void read(Next next, long offset, long count, ReadSink sink) throws IOException {
    manner.begin("read");
    super.read(next, offset, count, sink);
  }

  @Override
  public void pwrite(Next next, ByteBuffer buffer, long offset, Flags flags) throws IOException {
    manner.begin("pwrite");
    super.pwrite(next, buffer, offset, flags);
  }

  @Override
  public void flush(Next next) throws IOException {
    manner.begin("flush");
    super.flush(next);
  }
}
