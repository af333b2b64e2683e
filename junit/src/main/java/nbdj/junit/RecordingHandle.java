package nbdj.junit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import nbdj.api.ExtentSink;
import nbdj.api.Flags;
import nbdj.api.MetaSink;
import nbdj.api.NbdException;
import nbdj.api.Next;
import nbdj.api.PassThrough;
import nbdj.api.ReadSink;

/** One connection through the filter. */
final class RecordingHandle extends PassThrough {
  /** What is asked of the layer below. */
  @FunctionalInterface
  private interface Call {
    void run() throws IOException;
  }

  private final OperationLog log;
  private final int client;

  RecordingHandle(OperationLog log, int client) {
    this.log = log;
    this.client = client;
  }

  private void record(Operation kind, long offset, long count, Flags flags, Call call)
      throws IOException {
    LogEntry entry = log.begin(client, kind, offset, count, flags);
    try {
      call.run();
      entry.end(Optional.empty());
    } catch (IOException | RuntimeException | Error e) {
      entry.end(Optional.of(NbdException.errorOf(e)));
      throw e;
    }
  }

  @Override
  public void read(Next next, long offset, long count, ReadSink sink) throws IOException {
    record(Operation.READ, offset, count, Flags.NONE, () -> next.read(offset, count, sink));
  }

  @Override
  public void pwrite(Next next, ByteBuffer buffer, long offset, Flags flags) throws IOException {
    int count = buffer.remaining();
    record(Operation.WRITE, offset, count, flags, () -> next.pwrite(buffer, offset, flags));
  }

  @Override
  public void flush(Next next) throws IOException {
    record(Operation.FLUSH, 0, 0, Flags.NONE, next::flush);
  }

  @Override
  public void trim(Next next, long offset, long count, Flags flags) throws IOException {
    record(Operation.TRIM, offset, count, flags, () -> next.trim(offset, count, flags));
  }

  @Override
  public void zero(Next next, long offset, long count, Flags flags) throws IOException {
    record(Operation.ZERO, offset, count, flags, () -> next.zero(offset, count, flags));
  }

  @Override
  public void extents(Next next, long offset, long count, Flags flags, ExtentSink sink)
      throws IOException {
    record(Operation.EXTENTS, offset, count, flags, () -> next.extents(offset, count, flags, sink));
  }

  @Override
  public void metaExtents(
      Next next, String context, long offset, long count, Flags flags, MetaSink sink)
      throws IOException {
    record(
        Operation.EXTENTS,
        offset,
        count,
        flags,
        () -> next.metaExtents(context, offset, count, flags, sink));
  }

  @Override
  public void cache(Next next, long offset, long count) throws IOException {
    record(Operation.CACHE, offset, count, Flags.NONE, () -> next.cache(offset, count));
  }

  @Override
  public void close() {
    log.begin(client, Operation.CLOSE, 0, 0, Flags.NONE).end(Optional.empty());
  }
}
