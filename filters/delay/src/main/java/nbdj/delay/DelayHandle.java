package nbdj.delay;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import nbdj.api.ExtentSink;
import nbdj.api.Flag;
import nbdj.api.Flags;
import nbdj.api.MetaSink;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.Next;
import nbdj.api.PassThrough;
import nbdj.api.ReadSink;

/** One connection through the filter. */
final class DelayHandle extends PassThrough {
  private final Delays delays;
  private final boolean fastZero;

  /** Whether it is one client's, so that its close is the client's leaving. */
  private final boolean ofOneClient;

  /** How many requests wait. */
  private final AtomicInteger waiting = new AtomicInteger();

  /**
   * Make a handle.
   *
   * @param fastZero fast zeroes are delayed like others, and not refused
   */
  DelayHandle(Delays delays, boolean fastZero, boolean ofOneClient) {
    this.delays = delays;
    this.fastZero = fastZero;
    this.ofOneClient = ofOneClient;
  }

  @Override
  public boolean canFastZero(Next next) throws IOException {
    // To refuse at once is all that the flag asks for.
    return fastZero ? next.canFastZero() : next.canZero().available();
  }

  @Override
  public void read(Next next, long offset, long count, ReadSink sink) throws IOException {
    hold(Operation.READ, offset, count);
    next.read(offset, count, sink);
  }

  @Override
  public void pwrite(Next next, ByteBuffer buffer, long offset, Flags flags) throws IOException {
    hold(Operation.WRITE, offset, buffer.remaining());
    next.pwrite(buffer, offset, flags);
  }

  @Override
  public void flush(Next next) throws IOException {
    hold(Operation.FLUSH, 0, 0);
    next.flush();
  }

  @Override
  public void trim(Next next, long offset, long count, Flags flags) throws IOException {
    hold(Operation.TRIM, offset, count);
    next.trim(offset, count, flags);
  }

  @Override
  public void zero(Next next, long offset, long count, Flags flags) throws IOException {
    if (!fastZero && flags.has(Flag.FAST_ZERO)) {
      throw new NbdException(
          NbdError.ENOTSUP, "zeroing is not fast here (the server has delay-fast-zero=false)");
    }
    hold(Operation.ZERO, offset, count);
    next.zero(offset, count, flags);
  }

  @Override
  public void extents(Next next, long offset, long count, Flags flags, ExtentSink sink)
      throws IOException {
    hold(Operation.EXTENTS, offset, count);
    next.extents(offset, count, flags, sink);
  }

  @Override
  public void metaExtents(
      Next next, String context, long offset, long count, Flags flags, MetaSink sink)
      throws IOException {
    hold(Operation.EXTENTS, offset, count);
    next.metaExtents(context, offset, count, flags, sink);
  }

  @Override
  public void cache(Next next, long offset, long count) throws IOException {
    hold(Operation.CACHE, offset, count);
    next.cache(offset, count);
  }

  @Override
  public void close() {
    // Closed under a request that waits, it is a stop of the server that would not wait for it.
    if (ofOneClient && waiting.get() == 0) {
      delays.hold(Operation.CLOSE, 0, 0);
    }
  }

  private void hold(Operation operation, long offset, long count) {
    waiting.incrementAndGet();
    try {
      delays.hold(operation, offset, count);
    } finally {
      waiting.decrementAndGet();
    }
  }
}
