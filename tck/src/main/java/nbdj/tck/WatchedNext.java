package nbdj.tck;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import nbdj.api.BlockSize;
import nbdj.api.Context;
import nbdj.api.ExtentSink;
import nbdj.api.Flag;
import nbdj.api.Flags;
import nbdj.api.MetaSink;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.Next;
import nbdj.api.ReadSink;
import nbdj.api.Support;
import nbdj.api.WriteSource;
import org.jspecify.annotations.Nullable;

/** A handle of the layer below as the filter under test sees it; notes what breaks rule F-1. */
final class WatchedNext implements Next {
  /** An operation on the layer below. */
  @FunctionalInterface
  private interface Operation {
    void run() throws IOException;
  }

  /** Tells whether an operation is offered. */
  @FunctionalInterface
  private interface Offer {
    boolean stands() throws IOException;
  }

  private final Next next;
  private final Dealings dealings;
  private volatile boolean closed;

  // Where the filter has opened the handle itself.
  private volatile @Nullable Context behalf;
  private volatile boolean privately;

  WatchedNext(Next next, Dealings dealings) {
    this.next = next;
    this.dealings = dealings;
  }

  Next handle() {
    return next;
  }

  /**
   * Note that the filter has opened the handle itself.
   *
   * @param connection for whom; {@code null} for nobody
   * @param shared as what
   */
  void opened(@Nullable Context connection, boolean shared) {
    behalf = connection;
    privately = !shared;
  }

  /** Tell whether only a certain connection may have the handle, or nobody, and not this one. */
  boolean isKeptFrom(Context connection) {
    return privately && !connection.equals(behalf);
  }

  /** Tell whether the handle should have ended with a connection and has not. */
  boolean outlives(Context connection) {
    return privately && connection.equals(behalf) && !closed;
  }

  /** Tell whether the filter has closed the handle. */
  boolean isClosed() {
    return closed;
  }

  @Override
  public String exportName() {
    return next.exportName();
  }

  @Override
  public boolean readOnly() {
    return next.readOnly();
  }

  @Override
  public boolean shared() {
    return next.shared();
  }

  @Override
  public void prepare() throws IOException {
    next.prepare();
  }

  @Override
  public void close() throws IOException {
    closed = true;
    next.close();
  }

  @Override
  public long size() throws IOException {
    return next.size();
  }

  @Override
  public Optional<String> description() throws IOException {
    return next.description();
  }

  @Override
  public BlockSize blockSize() throws IOException {
    return next.blockSize();
  }

  @Override
  public boolean canWrite() throws IOException {
    return next.canWrite();
  }

  @Override
  public boolean canFlush() throws IOException {
    return next.canFlush();
  }

  @Override
  public boolean canTrim() throws IOException {
    return next.canTrim();
  }

  @Override
  public Support canZero() throws IOException {
    return next.canZero();
  }

  @Override
  public boolean canFastZero() throws IOException {
    return next.canFastZero();
  }

  @Override
  public boolean canExtents() throws IOException {
    return next.canExtents();
  }

  @Override
  public Support canFua() throws IOException {
    return next.canFua();
  }

  @Override
  public boolean canMultiConn() throws IOException {
    return next.canMultiConn();
  }

  @Override
  public Support canCache() throws IOException {
    return next.canCache();
  }

  @Override
  public boolean isRotational() throws IOException {
    return next.isRotational();
  }

  @Override
  public List<String> metaContexts() throws IOException {
    return next.metaContexts();
  }

  @Override
  public void read(long offset, long count, ReadSink sink) throws IOException {
    attempt("read", offset, count, Flags.NONE, () -> true, () -> next.read(offset, count, sink));
  }

  @Override
  public void pread(ByteBuffer buffer, long offset) throws IOException {
    int count = buffer.remaining();
    attempt("pread", offset, count, Flags.NONE, () -> true, () -> next.pread(buffer, offset));
  }

  @Override
  public void pwrite(ByteBuffer buffer, long offset, Flags flags) throws IOException {
    int count = buffer.remaining();
    attempt(
        "pwrite", offset, count, flags, next::canWrite, () -> next.pwrite(buffer, offset, flags));
  }

  @Override
  public void write(long offset, long count, WriteSource source, Flags flags) throws IOException {
    attempt(
        "write",
        offset,
        count,
        flags,
        next::canWrite,
        () -> next.write(offset, count, source, flags));
  }

  @Override
  public void flush() throws IOException {
    try {
      next.flush();
    } catch (NbdException refusal) {
      if (refusal.error() == NbdError.EINVAL && !next.canFlush()) {
        dealings.misused("flush, which the layer below does not offer");
      }
      throw refusal;
    }
  }

  @Override
  public void trim(long offset, long count, Flags flags) throws IOException {
    attempt("trim", offset, count, flags, next::canTrim, () -> next.trim(offset, count, flags));
  }

  @Override
  public void zero(long offset, long count, Flags flags) throws IOException {
    attempt(
        "zero",
        offset,
        count,
        flags,
        () -> next.canZero().available() && (!flags.has(Flag.FAST_ZERO) || next.canFastZero()),
        () -> next.zero(offset, count, flags));
  }

  @Override
  public void extents(long offset, long count, Flags flags, ExtentSink sink) throws IOException {
    attempt(
        "extents",
        offset,
        count,
        flags,
        () -> true,
        () -> next.extents(offset, count, flags, sink));
  }

  @Override
  public void metaExtents(String context, long offset, long count, Flags flags, MetaSink sink)
      throws IOException {
    attempt(
        "metaExtents of " + context,
        offset,
        count,
        flags,
        () -> next.metaContexts().contains(context),
        () -> next.metaExtents(context, offset, count, flags, sink));
  }

  @Override
  public void cache(long offset, long count) throws IOException {
    attempt(
        "cache",
        offset,
        count,
        Flags.NONE,
        () -> next.canCache().available(),
        () -> next.cache(offset, count));
  }

  /** Pass an operation on. The server refuses a wrong one, so only a refusal is looked into. */
  private void attempt(
      String name, long offset, long count, Flags flags, Offer offer, Operation operation)
      throws IOException {
    try {
      operation.run();
    } catch (NbdException refusal) {
      if (refusal.error() == NbdError.EINVAL || refusal.error() == NbdError.EPERM) {
        long size = next.size();
        if (offset < 0 || count < 1 || offset > size - count) {
          dealings.misused(
              "%s of %d bytes at %d, where the layer below has %d"
                  .formatted(name, count, offset, size));
        } else if (!offer.stands() || (flags.has(Flag.FUA) && !next.canFua().available())) {
          dealings.misused(
              "%s with %s, which the layer below does not offer".formatted(name, flags));
        }
      }
      throw refusal;
    }
  }

  @Override
  public String toString() {
    return next.toString();
  }
}
