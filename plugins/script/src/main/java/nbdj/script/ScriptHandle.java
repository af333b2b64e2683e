package nbdj.script;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import nbdj.api.BlockSize;
import nbdj.api.ExtentSink;
import nbdj.api.Flags;
import nbdj.api.MetaSink;
import nbdj.api.PluginHandle;
import nbdj.api.ReadSink;
import nbdj.api.Support;

/**
 * A handle of a script, as the server sees it: guarded, and with the questions answered that the
 * script leaves to its operations.
 */
class ScriptHandle implements PluginHandle {
  final PluginHandle handle;
  final Guard guard;
  private final Offer offer;
  private final Runnable closed;

  private ScriptHandle(PluginHandle handle, Offer offer, Guard guard, Runnable closed) {
    this.handle = handle;
    this.offer = offer;
    this.guard = guard;
    this.closed = closed;
  }

  /**
   * Make the server's view of a handle.
   *
   * @param closed run when the handle was closed
   */
  static PluginHandle of(PluginHandle handle, Offer offer, Guard guard, Runnable closed) {
    return offer.has("read")
        ? new Reading(handle, offer, guard, closed)
        : new ScriptHandle(handle, offer, guard, closed);
  }

  /**
   * A handle with a {@code read} of its own. Others must not have one here either: the server looks
   * at the class to know whether it may fill its own buffers by {@code pread}.
   */
  private static final class Reading extends ScriptHandle {
    Reading(PluginHandle handle, Offer offer, Guard guard, Runnable closed) {
      super(handle, offer, guard, closed);
    }

    @Override
    public void read(long offset, long count, ReadSink sink) throws IOException {
      guard.serveAction(() -> handle.read(offset, count, sink));
    }
  }

  @Override
  public long size() throws IOException {
    return guard.serve(handle::size);
  }

  @Override
  public Optional<String> description() throws IOException {
    return guard.serve(handle::description);
  }

  @Override
  public BlockSize blockSize() throws IOException {
    return guard.serve(handle::blockSize);
  }

  @Override
  public boolean canWrite() throws IOException {
    return offer.answers("canWrite") ? guard.serve(handle::canWrite) : offer.has("pwrite");
  }

  @Override
  public boolean canFlush() throws IOException {
    return offer.answers("canFlush") ? guard.serve(handle::canFlush) : offer.has("flush");
  }

  @Override
  public boolean canTrim() throws IOException {
    return offer.answers("canTrim") ? guard.serve(handle::canTrim) : offer.has("trim");
  }

  @Override
  public boolean canZero() throws IOException {
    return offer.answers("canZero") ? guard.serve(handle::canZero) : offer.has("zero");
  }

  @Override
  public boolean canFastZero() throws IOException {
    return offer.answers("canFastZero") ? guard.serve(handle::canFastZero) : !canZero();
  }

  @Override
  public boolean canExtents() throws IOException {
    return offer.answers("canExtents") ? guard.serve(handle::canExtents) : offer.has("extents");
  }

  @Override
  public Support canFua() throws IOException {
    if (offer.answers("canFua")) {
      return guard.serve(handle::canFua);
    }
    return canFlush() ? Support.EMULATE : Support.NONE;
  }

  @Override
  public boolean canMultiConn() throws IOException {
    return guard.serve(handle::canMultiConn);
  }

  @Override
  public Support canCache() throws IOException {
    if (offer.answers("canCache")) {
      return guard.serve(handle::canCache);
    }
    return offer.has("cache") ? Support.NATIVE : Support.NONE;
  }

  @Override
  public boolean isRotational() throws IOException {
    return guard.serve(handle::isRotational);
  }

  @Override
  public List<String> metaContexts() throws IOException {
    return guard.serve(handle::metaContexts);
  }

  @Override
  public void pread(ByteBuffer buffer, long offset) throws IOException {
    guard.serveAction(() -> handle.pread(buffer, offset));
  }

  @Override
  public void pwrite(ByteBuffer buffer, long offset, Flags flags) throws IOException {
    guard.serveAction(() -> handle.pwrite(buffer, offset, flags));
  }

  @Override
  public void flush() throws IOException {
    guard.serveAction(handle::flush);
  }

  @Override
  public void trim(long offset, long count, Flags flags) throws IOException {
    guard.serveAction(() -> handle.trim(offset, count, flags));
  }

  @Override
  public void zero(long offset, long count, Flags flags) throws IOException {
    guard.serveAction(() -> handle.zero(offset, count, flags));
  }

  @Override
  public void extents(long offset, long count, Flags flags, ExtentSink sink) throws IOException {
    guard.serveAction(() -> handle.extents(offset, count, flags, sink));
  }

  @Override
  public void metaExtents(String context, long offset, long count, Flags flags, MetaSink sink)
      throws IOException {
    guard.serveAction(() -> handle.metaExtents(context, offset, count, flags, sink));
  }

  @Override
  public void cache(long offset, long count) throws IOException {
    guard.serveAction(() -> handle.cache(offset, count));
  }

  @Override
  public void close() throws IOException {
    try {
      guard.startAction(handle::close);
    } finally {
      closed.run();
    }
  }
}
