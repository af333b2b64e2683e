package nbdj.error;

import java.io.IOException;
import java.nio.ByteBuffer;
import nbdj.api.ExtentSink;
import nbdj.api.Flags;
import nbdj.api.MetaSink;
import nbdj.api.NbdException;
import nbdj.api.Next;
import nbdj.api.PassThrough;
import nbdj.api.ReadSink;

/** One connection through the filter. */
final class ErrorHandle extends PassThrough {
  /** Does the first bytes of an operation. */
  @FunctionalInterface
  private interface Part {
    void run(long count) throws IOException;
  }

  private final Errors errors;

  ErrorHandle(Errors errors) {
    this.errors = errors;
  }

  @Override
  public void read(Next next, long offset, long count, ReadSink sink) throws IOException {
    errors.check(Operation.READ, offset, count);
    next.read(offset, count, sink);
  }

  @Override
  public void pwrite(Next next, ByteBuffer buffer, long offset, Flags flags) throws IOException {
    change(
        Operation.WRITE,
        offset,
        buffer.remaining(),
        part -> next.pwrite(buffer.slice(buffer.position(), (int) part), offset, flags));
    next.pwrite(buffer, offset, flags);
  }

  @Override
  public void flush(Next next) throws IOException {
    errors.check(Operation.FLUSH, 0, 0);
    next.flush();
  }

  @Override
  public void trim(Next next, long offset, long count, Flags flags) throws IOException {
    change(Operation.TRIM, offset, count, part -> next.trim(offset, part, flags));
    next.trim(offset, count, flags);
  }

  @Override
  public void zero(Next next, long offset, long count, Flags flags) throws IOException {
    change(Operation.ZERO, offset, count, part -> next.zero(offset, part, flags));
    next.zero(offset, count, flags);
  }

  @Override
  public void extents(Next next, long offset, long count, Flags flags, ExtentSink sink)
      throws IOException {
    errors.check(Operation.EXTENTS, offset, count);
    next.extents(offset, count, flags, sink);
  }

  @Override
  public void metaExtents(
      Next next, String context, long offset, long count, Flags flags, MetaSink sink)
      throws IOException {
    errors.check(Operation.EXTENTS, offset, count);
    next.metaExtents(context, offset, count, flags, sink);
  }

  @Override
  public void cache(Next next, long offset, long count) throws IOException {
    errors.check(Operation.CACHE, offset, count);
    next.cache(offset, count);
  }

  /** Let an operation that changes something fail if it should, part of it done. */
  private void change(Operation operation, long offset, long count, Part part) throws IOException {
    Fault fault = errors.hit(operation, offset, count);
    if (fault == null) {
      return;
    }
    NbdException failure = fault.failure(operation, offset, count);
    long done = fault.part(count);
    if (done > 0) {
      try {
        part.run(done);
      } catch (IOException below) {
        failure.addSuppressed(below);
      }
    }
    throw failure;
  }
}
