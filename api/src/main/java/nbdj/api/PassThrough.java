package nbdj.api;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The handle of a filter that leaves addresses and content as the layer below has them.
 *
 * <p>To extend this class is to declare so: every byte of the layer below is at the same offset
 * with the same value, and its size is the same. Every question and operation goes to the layer
 * below; a filter overrides those it watches, delays, limits or refuses. A filter that moves
 * addresses, changes the size or changes content implements {@link FilterHandle}: then nothing of
 * the layer below can show through at a wrong place.
 *
 * @since 0.1
 */
public class PassThrough implements FilterHandle {
  /** Make a handle that passes everything on. */
  public PassThrough() {}

  @Override
  public final long size(Next next) throws IOException {
    return next.size();
  }

  @Override
  public Optional<String> description(Next next) throws IOException {
    return next.description();
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
  public boolean canFlush(Next next) throws IOException {
    return next.canFlush();
  }

  @Override
  public boolean canTrim(Next next) throws IOException {
    return next.canTrim();
  }

  @Override
  public Support canZero(Next next) throws IOException {
    return next.canZero().passedOn();
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
    return next.canFua().passedOn();
  }

  @Override
  public boolean canMultiConn(Next next) throws IOException {
    return next.canMultiConn();
  }

  @Override
  public Support canCache(Next next) throws IOException {
    return next.canCache().passedOn();
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
  public void cache(Next next, long offset, long count) throws IOException {
    next.cache(offset, count);
  }
}
