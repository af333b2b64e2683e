package nbdj.retry;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import nbdj.api.Context;
import nbdj.api.ExtentSink;
import nbdj.api.ExtentType;
import nbdj.api.Flag;
import nbdj.api.Flags;
import nbdj.api.MetaSink;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.Next;
import nbdj.api.PassThrough;
import nbdj.api.ReadSink;
import nbdj.retry.Reopened.Operation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection, whose requests are tried again on a handle opened anew.
 *
 * <p>What a client was told when it connected holds for it: where the handle opened anew offers
 * less, what it does not offer fails at once.
 */
final class RetryHandle extends PassThrough {
  private static final Logger log = LoggerFactory.getLogger(RetryHandle.class);

  /** The most bytes that are read at once: a part that was read is not read again. */
  private static final int PART = 1 << 20;

  private final Reopened layer;
  private final Policy policy;

  RetryHandle(Reopened layer, Policy policy) {
    this.layer = layer;
    this.policy = policy;
  }

  @Override
  public void prepare(Context context) throws IOException {
    layer.prepare();
  }

  @Override
  public void close() throws IOException {
    layer.close();
  }

  /** Do a request, and where it fails open the layer below again and do it again. */
  private void perform(Operation operation) throws IOException {
    long opening = layer.openings();
    for (int tried = 0; ; tried++) {
      try {
        if (tried > 0) {
          opening = layer.reopen(opening, policy.readOnly());
        }
        layer.perform(operation);
        return;
      } catch (Unretryable e) {
        throw e.failure();
      } catch (IOException e) {
        if (!policy.allows(tried)) {
          throw e;
        }
        log.warn(
            "{} ({}): opening the layer below again, try {} of {}",
            e.getMessage(),
            NbdException.errorOf(e),
            tried + 1,
            policy.retries());
        policy.pauseBefore(tried + 1);
      }
    }
  }

  /** Reads into the buffers of the sink: what a handle lends is lost when it is closed. */
  @Override
  public void read(Next next, long offset, long count, ReadSink sink) throws IOException {
    for (long done = 0; done < count; ) {
      ByteBuffer part = sink.buffer((int) Math.min(count - done, PART));
      int length = part.remaining();
      long at = offset + done;
      perform((disk, again) -> {
        if (again) {
          Offered.range(disk, at, length);
        }
        disk.pread(part.duplicate(), at);
      });
      done += length;
    }
  }

  @Override
  public void pwrite(Next next, ByteBuffer buffer, long offset, Flags flags) throws IOException {
    perform((disk, again) -> {
      if (again) {
        Offered.writing(disk, offset, buffer.remaining(), flags);
      }
      disk.pwrite(buffer.duplicate(), offset, flags);
    });
  }

  @Override
  public void flush(Next next) throws IOException {
    perform((disk, again) -> {
      if (again) {
        Offered.require(disk.canFlush(), "flush");
      }
      disk.flush();
    });
  }

  @Override
  public void trim(Next next, long offset, long count, Flags flags) throws IOException {
    perform((disk, again) -> {
      if (again) {
        Offered.writing(disk, offset, count, flags);
        Offered.require(disk.canTrim(), "trim");
      }
      disk.trim(offset, count, flags);
    });
  }

  @Override
  public void zero(Next next, long offset, long count, Flags flags) throws IOException {
    boolean fast = flags.has(Flag.FAST_ZERO);
    perform((disk, again) -> {
      if (again) {
        Offered.writing(disk, offset, count, flags);
        Offered.require(disk.canZero().available(), "zero");
        Offered.require(!fast || disk.canFastZero(), "fast zero");
      }
      try {
        disk.zero(offset, count, flags);
      } catch (NbdException e) {
        // That it would not be fast is an answer, and no failure.
        throw fast && e.error() == NbdError.ENOTSUP ? new Unretryable(e) : e;
      }
    });
  }

  @Override
  public void extents(Next next, long offset, long count, Flags flags, ExtentSink sink)
      throws IOException {
    List<Extent> found = new ArrayList<>();
    perform((disk, again) -> {
      if (again) {
        Offered.range(disk, offset, count);
      }
      found.clear();
      disk.extents(
          offset, count, flags, (at, length, type) -> found.add(new Extent(at, length, type)));
    });
    for (Extent extent : found) {
      sink.add(extent.offset, extent.length, extent.type);
    }
  }

  private record Extent(long offset, long length, ExtentType type) {}

  @Override
  public void metaExtents(
      Next next, String context, long offset, long count, Flags flags, MetaSink sink)
      throws IOException {
    List<MetaExtent> found = new ArrayList<>();
    perform((disk, again) -> {
      if (again) {
        Offered.range(disk, offset, count);
        Offered.require(disk.metaContexts().contains(context), "the metadata context " + context);
      }
      found.clear();
      disk.metaExtents(
          context,
          offset,
          count,
          flags,
          (at, length, status) -> found.add(new MetaExtent(at, length, status)));
    });
    for (MetaExtent extent : found) {
      sink.add(extent.offset, extent.length, extent.status);
    }
  }

  private record MetaExtent(long offset, long length, long status) {}

  @Override
  public void cache(Next next, long offset, long count) throws IOException {
    perform((disk, again) -> {
      if (again) {
        Offered.range(disk, offset, count);
        Offered.require(disk.canCache().available(), "cache");
      }
      disk.cache(offset, count);
    });
  }
}
