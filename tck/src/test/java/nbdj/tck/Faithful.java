package nbdj.tck;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import nbdj.api.BlockSize;
import nbdj.api.ExtentSink;
import nbdj.api.FilterHandle;
import nbdj.api.Flags;
import nbdj.api.MetaSink;
import nbdj.api.Next;
import nbdj.api.ReadSink;
import nbdj.api.Support;

/**
 * A handle that does everything right and may be overridden in anything, the size included. Broken
 * layers differ from it in one place; {@link Role} makes a plugin's or a filter's of it.
 */
class Faithful implements FilterHandle {
  @Override
  public long size(Next next) throws IOException {
    return next.size();
  }

  @Override
  public BlockSize blockSize(Next next) throws IOException {
    return next.blockSize();
  }

  @Override
  public boolean canWrite(Next next) throws IOException {
    return next.canWrite();
  }

  @Override
  public boolean canTrim(Next next) throws IOException {
    return next.canTrim();
  }

  @Override
  public Support canZero(Next next) throws IOException {
    return next.canZero().available() ? Support.NATIVE : Support.NONE;
  }

  @Override
  public boolean canFastZero(Next next) throws IOException {
    return next.canFastZero();
  }

  @Override
  public boolean canExtents(Next next) throws IOException {
    return next.canExtents();
  }

  @Override
  public Support canFua(Next next) throws IOException {
    return next.canFua().available() ? Support.NATIVE : Support.NONE;
  }

  @Override
  public boolean canMultiConn(Next next) throws IOException {
    return next.canMultiConn();
  }

  @Override
  public Support canCache(Next next) throws IOException {
    return next.canCache().available() ? Support.NATIVE : Support.NONE;
  }

  @Override
  public List<String> metaContexts(Next next) throws IOException {
    return next.metaContexts();
  }

  @Override
  public void read(Next next, long offset, long count, ReadSink sink) throws IOException {
    next.read(offset, count, sink);
  }

  @Override
  public void pwrite(Next next, ByteBuffer buffer, long offset, Flags flags) throws IOException {
    next.pwrite(buffer, offset, flags);
  }

  @Override
  public void trim(Next next, long offset, long count, Flags flags) throws IOException {
    next.trim(offset, count, flags);
  }

  @Override
  public void zero(Next next, long offset, long count, Flags flags) throws IOException {
    next.zero(offset, count, flags);
  }

  @Override
  public void extents(Next next, long offset, long count, Flags flags, ExtentSink sink)
      throws IOException {
    next.extents(offset, count, flags, sink);
  }

  @Override
  public void metaExtents(
      Next next, String context, long offset, long count, Flags flags, MetaSink sink)
      throws IOException {
    next.metaExtents(context, offset, count, flags, sink);
  }

  @Override
  public void cache(Next next, long offset, long count) throws IOException {
    next.cache(offset, count);
  }
}
