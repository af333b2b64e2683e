package nbdj.retry;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import nbdj.api.ExtentSink;
import nbdj.api.ExtentType;
import nbdj.api.Flag;
import nbdj.api.Flags;
import nbdj.api.MetaSink;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.OpenRequest;
import nbdj.api.Plugin;
import nbdj.api.PluginHandle;
import nbdj.api.ThreadModel;

/** A disk whose handles break: from then on all they do fails. */
final class FrailDisk implements Plugin {
  final byte[] content = new byte[100_000];
  final AtomicInteger opens = new AtomicInteger();
  final AtomicInteger closes = new AtomicInteger();
  final AtomicInteger calls = new AtomicInteger();

  /** How many further operations break the handle that they are done on. */
  final AtomicInteger breaks = new AtomicInteger();

  /** How many writes fail that have passed the gate. */
  final AtomicInteger breaksBehindGate = new AtomicInteger();

  /** How many further opens fail. */
  final AtomicInteger refusals = new AtomicInteger();

  volatile int size = content.length;
  volatile List<String> contexts = List.of("x-frail:map");
  volatile boolean readOnlyNow;
  volatile boolean lastReadOnly;
  volatile CountDownLatch gate = new CountDownLatch(0);
  final ThreadModel model;

  FrailDisk() {
    this(ThreadModel.PARALLEL);
  }

  FrailDisk(ThreadModel model) {
    this.model = model;
  }

  @Override
  public ThreadModel threadModel() {
    return model;
  }

  private static boolean takesOne(AtomicInteger counter) {
    return counter.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
  }

  @Override
  public PluginHandle open(OpenRequest request) throws IOException {
    opens.incrementAndGet();
    if (takesOne(refusals)) {
      throw new NbdException(NbdError.EIO, "not there");
    }
    lastReadOnly = request.readOnly();
    return new Handle();
  }

  private final class Handle implements PluginHandle {
    private volatile boolean broken;

    private void use() throws NbdException {
      calls.incrementAndGet();
      if (broken || takesOne(breaks)) {
        broken = true;
        throw new NbdException(NbdError.EIO, "broken");
      }
    }

    @Override
    public long size() {
      return size;
    }

    @Override
    public boolean canWrite() {
      return !readOnlyNow;
    }

    @Override
    public boolean canFlush() {
      return true;
    }

    @Override
    public boolean canTrim() {
      return true;
    }

    @Override
    public boolean canZero() {
      return true;
    }

    @Override
    public boolean canFastZero() {
      return true;
    }

    @Override
    public boolean canExtents() {
      return true;
    }

    @Override
    public void pread(ByteBuffer buffer, long offset) throws IOException {
      use();
      buffer.put(content, (int) offset, buffer.remaining());
    }

    @Override
    public void pwrite(ByteBuffer buffer, long offset, Flags flags) throws IOException {
      use();
      try {
        gate.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      if (takesOne(breaksBehindGate)) {
        throw new NbdException(NbdError.EIO, "broken");
      }
      buffer.get(content, (int) offset, buffer.remaining());
    }

    @Override
    public void flush() throws IOException {
      use();
    }

    @Override
    public void trim(long offset, long count, Flags flags) throws IOException {
      use();
    }

    @Override
    public void zero(long offset, long count, Flags flags) throws IOException {
      use();
      if (flags.has(Flag.FAST_ZERO)) {
        throw new NbdException(NbdError.ENOTSUP, "not fast");
      }
    }

    @Override
    public void extents(long offset, long count, Flags flags, ExtentSink sink) throws IOException {
      sink.add(offset, 1, ExtentType.DATA);
      use();
      sink.add(offset + 1, count - 1, ExtentType.ZERO);
    }

    @Override
    public List<String> metaContexts() {
      return contexts;
    }

    @Override
    public void metaExtents(String context, long offset, long count, Flags flags, MetaSink sink)
        throws IOException {
      sink.add(offset, 1, 5);
      use();
      sink.add(offset + 1, count - 1, 6);
    }

    @Override
    public void close() {
      closes.incrementAndGet();
    }
  }
}
