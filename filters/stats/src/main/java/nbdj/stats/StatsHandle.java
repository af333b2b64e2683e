package nbdj.stats;

import java.io.IOException;
import java.nio.ByteBuffer;
import nbdj.api.ExtentSink;
import nbdj.api.Flags;
import nbdj.api.MetaSink;
import nbdj.api.Next;
import nbdj.api.PassThrough;
import nbdj.api.ReadSink;

/** One connection, each request of which is counted. */
final class StatsHandle extends PassThrough {
  private final Statistics statistics;

  StatsHandle(Statistics statistics) {
    this.statistics = statistics;
  }

  @Override
  public void read(Next next, long offset, long count, ReadSink sink) throws IOException {
    statistics.around(Operation.READ, offset, count, () -> next.read(offset, count, sink));
  }

  @Override
  public void pwrite(Next next, ByteBuffer buffer, long offset, Flags flags) throws IOException {
    statistics.around(
        Operation.WRITE, offset, buffer.remaining(), () -> next.pwrite(buffer, offset, flags));
  }

  @Override
  public void trim(Next next, long offset, long count, Flags flags) throws IOException {
    statistics.around(Operation.TRIM, offset, count, () -> next.trim(offset, count, flags));
  }

  @Override
  public void zero(Next next, long offset, long count, Flags flags) throws IOException {
    statistics.around(Operation.ZERO, offset, count, () -> next.zero(offset, count, flags));
  }

  @Override
  public void extents(Next next, long offset, long count, Flags flags, ExtentSink sink)
      throws IOException {
    statistics.around(
        Operation.EXTENTS, offset, count, () -> next.extents(offset, count, flags, sink));
  }

  @Override
  public void metaExtents(
      Next next, String context, long offset, long count, Flags flags, MetaSink sink)
      throws IOException {
    statistics.around(
        Operation.EXTENTS,
        offset,
        count,
        () -> next.metaExtents(context, offset, count, flags, sink));
  }

  @Override
  public void cache(Next next, long offset, long count) throws IOException {
    statistics.around(Operation.CACHE, offset, count, () -> next.cache(offset, count));
  }

  @Override
  public void flush(Next next) throws IOException {
    statistics.around(Operation.FLUSH, 0, 0, next::flush);
  }
}
