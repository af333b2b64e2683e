package nbdj.api;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The handle of a filter whose export is one run of the layer below: all of it but a header, one
 * partition, one file of an archive.
 *
 * <p>To extend this class is to declare so: the byte at offset {@code n} of the export is the byte
 * at {@link #start} {@code + n} of the layer below. Every question but that for the size goes to
 * the layer below, and every operation at the offset that is meant there. A filter says where the
 * run begins and how long it is; what lies outside it is out of reach.
 *
 * @since 0.1
 */
public abstract class Window implements FilterHandle {
  /** Make a handle. */
  protected Window() {}

  /**
   * Get where the export begins in the layer below, in bytes. Asked for each operation, and the
   * same as long as the handle is open; the run from here on, of the {@link #size} of the export,
   * lies inside the layer below.
   */
  protected abstract long start();

  @Override
  public BlockSize blockSize(Next next) throws IOException {
    BlockSize below = next.blockSize();
    // What is aligned here is aligned below only if the run itself is.
    return start() % below.minimum() == 0 ? below : BlockSize.UNKNOWN;
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
  public List<String> metaContexts(Next next) throws IOException {
    return next.metaContexts();
  }

  @Override
  public void read(Next next, long offset, long count, ReadSink sink) throws IOException {
    next.read(start() + offset, count, sink);
  }

  @Override
  public void pwrite(Next next, ByteBuffer buffer, long offset, Flags flags) throws IOException {
    next.pwrite(buffer, start() + offset, flags);
  }

  /**
   * Passes the source on. Not called where a subclass has a {@link #pwrite} of its own and no
   * {@code write}: the server calls that one of the two which is declared further down.
   */
  @Override
  public void write(Next next, long offset, long count, WriteSource source, Flags flags)
      throws IOException {
    next.write(start() + offset, count, source, flags);
  }

  @Override
  public void trim(Next next, long offset, long count, Flags flags) throws IOException {
    next.trim(start() + offset, count, flags);
  }

  @Override
  public void zero(Next next, long offset, long count, Flags flags) throws IOException {
    next.zero(start() + offset, count, flags);
  }

  @Override
  public void extents(Next next, long offset, long count, Flags flags, ExtentSink sink)
      throws IOException {
    long start = start();
    next.extents(
        start + offset,
        count,
        flags,
        start == 0 ? sink : (at, length, type) -> sink.add(at - start, length, type));
  }

  @Override
  public void metaExtents(
      Next next, String context, long offset, long count, Flags flags, MetaSink sink)
      throws IOException {
    long start = start();
    next.metaExtents(
        context,
        start + offset,
        count,
        flags,
        start == 0 ? sink : (at, length, status) -> sink.add(at - start, length, status));
  }

  @Override
  public void cache(Next next, long offset, long count) throws IOException {
    next.cache(start() + offset, count);
  }
}
