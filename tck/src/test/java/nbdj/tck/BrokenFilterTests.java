package nbdj.tck;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Supplier;
import nbdj.api.Backend;
import nbdj.api.Context;
import nbdj.api.ExtentSink;
import nbdj.api.Filter;
import nbdj.api.FilterHandle;
import nbdj.api.Flags;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.Next;
import nbdj.api.OpenRequest;
import nbdj.api.PassThrough;
import nbdj.api.ReadSink;
import nbdj.api.ThreadModel;
import nbdj.tck.Verdict.Subject;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BrokenFilterTests {
  @Test
  void flushSwallowed_breaksW11() {
    handle(() ->
            new PassThrough() {
              @Override
              public void flush(Next next) {}
            })
        .breaks("W-11");
  }

  @Test
  void fuaSwallowed_breaksW6() {
    handle(() ->
            new PassThrough() {
              @Override
              public void pwrite(Next next, ByteBuffer buffer, long offset, Flags flags)
                  throws IOException {
                next.pwrite(buffer, offset, Flags.NONE);
              }
            })
        .breaks("W-6");
  }

  @Test
  void extentsOfOtherAddresses_breakE5() {
    Verdict.ofFilter(new Subject<Filter>(() -> filter(() -> new Shifted())).withContentOfItsOwn())
        .breaks("E-5");
  }

  @Test
  void contentChanged_breaksC5() {
    handle(() ->
            new PassThrough() {
              @Override
              public void read(Next next, long offset, long count, ReadSink sink)
                  throws IOException {
                ByteBuffer bytes = sink.buffer((int) count);
                next.pread(bytes.duplicate(), offset);
                int at = (int) (300_001 - offset);
                if (at >= 0 && at < count) {
                  bytes.put(at, (byte) ~bytes.get(at));
                }
              }
            })
        .breaks("C-5");
  }

  @Test
  void canWriteWhateverIsBelow_breaksC5() {
    handle(() ->
            new PassThrough() {
              @Override
              public boolean canWrite(Next next) {
                return true;
              }
            })
        .breaks("C-5");
  }

  @Test
  void readErrorSwallowed_breaksX1() {
    handle(() ->
            new PassThrough() {
              @Override
              public void read(Next next, long offset, long count, ReadSink sink)
                  throws IOException {
                ByteBuffer bytes = ByteBuffer.allocate((int) count);
                try {
                  next.pread(bytes, offset);
                } catch (NbdException e) {
                  bytes.position(bytes.limit());
                }
                sink.bytes(bytes.flip());
              }
            })
        .breaks("X-1");
  }

  @Test
  void writeErrorSwallowed_breaksX1() {
    handle(() ->
            new PassThrough() {
              @Override
              public void pwrite(Next next, ByteBuffer buffer, long offset, Flags flags)
                  throws IOException {
                try {
                  next.pwrite(buffer, offset, flags);
                } catch (NbdException e) {
                  if (next.canWrite()) {
                    return;
                  }
                  throw e;
                }
              }
            })
        .breaks("X-1");
  }

  @Test
  void flushErrorSwallowed_breaksX1() {
    handle(() ->
            new PassThrough() {
              @Override
              public void flush(Next next) throws IOException {
                try {
                  next.flush();
                } catch (NbdException e) {
                  if (!next.canFlush()) {
                    throw e;
                  }
                }
              }
            })
        .breaks("X-1");
  }

  @Test
  void smallDeviceNotThoughtOf_breaksX3() {
    handle(() ->
            new PassThrough() {
              @Override
              public void prepare(Context context) throws IOException {
                if (context.next() != null && context.next().size() < 512) {
                  throw new IndexOutOfBoundsException("sector 1");
                }
              }
            })
        .breaks("X-3");
  }

  @Test
  void finalizeThatFails_breaksL10() {
    handle(() ->
            new PassThrough() {
              @Override
              public void finalize(Context context) throws IOException {
                throw new IOException("nothing to finalize");
              }
            })
        .breaks("L-10");
  }

  @Test
  void configCompleteNotPassedOn_breaksL3() {
    judge(() ->
            new Opening() {
              @Override
              public void configComplete(Backend next) {}
            })
        .breaks("L-3");
  }

  @Test
  void preconnectNotPassedOn_breaksL7() {
    judge(() ->
            new Opening() {
              @Override
              public void preconnect(Backend next, boolean readOnly) {}
            })
        .breaks("L-7");
  }

  @Test
  void threadModelRelaxed_breaksT1() {
    judge(() ->
            new Opening() {
              @Override
              public ThreadModel threadModel(ThreadModel next) {
                return ThreadModel.PARALLEL;
              }
            })
        .breaks("T-1");
  }

  @Test
  void failedOpenRemembered_breaksX4AndO2() {
    judge(() ->
            new Opening() {
              private volatile @Nullable IOException failure;

              @Override
              public FilterHandle open(Context context, OpenRequest request) throws IOException {
                IOException before = failure;
                if (before != null) {
                  throw new NbdException(NbdError.EIO, "it failed before", before);
                }
                try {
                  return super.open(context, request);
                } catch (IOException e) {
                  failure = e;
                  throw e;
                }
              }
            })
        .breaks("O-2", "X-4");
  }

  @Test
  void sharedHandleClosedWithAConnection_breaksO2() {
    judge(() -> new ClosingShared()).breaks("O-2");
  }

  /** A correct filter. */
  private static class Opening implements Filter {
    @Override
    public FilterHandle open(Context context, OpenRequest request) throws IOException {
      context.openNext(request.readOnly(), request.exportName());
      return new PassThrough();
    }
  }

  /** A filter that lends one handle and closes it when the first of its connections ends. */
  private static final class ClosingShared implements Filter {
    private @Nullable Next shared;

    @Override
    public synchronized FilterHandle open(Context context, OpenRequest request) throws IOException {
      Next next = shared;
      if (next == null) {
        next = context.backend().open(request.readOnly(), request.exportName(), true);
        prepare(next);
        shared = next;
      }
      context.setNext(next);
      return new PassThrough() {
        @Override
        public void close() throws IOException {
          closeShared();
        }
      };
    }

    private static void prepare(Next next) throws IOException {
      try {
        next.prepare();
      } catch (IOException failure) {
        next.close();
        throw failure;
      }
    }

    private synchronized void closeShared() throws IOException {
      if (shared != null) {
        shared.close();
        shared = null;
      }
    }
  }

  /** A filter that begins 4096 bytes later, but passes extents on as they are below. */
  private static final class Shifted implements FilterHandle {
    @Override
    public long size(Next next) throws IOException {
      return Math.max(0, next.size() - 4096);
    }

    @Override
    public void read(Next next, long offset, long count, ReadSink sink) throws IOException {
      next.read(offset + 4096, count, sink);
    }

    @Override
    public boolean canExtents(Next next) throws IOException {
      return next.canExtents();
    }

    @Override
    public void extents(Next next, long offset, long count, Flags flags, ExtentSink sink)
        throws IOException {
      next.extents(offset, count, flags, sink);
    }
  }

  private static Verdict judge(Supplier<Filter> filter) {
    return Verdict.ofFilter(new Subject<>(filter));
  }

  private static Verdict handle(Supplier<FilterHandle> handle) {
    return judge(() -> filter(handle));
  }

  private static Filter filter(Supplier<FilterHandle> handle) {
    return new Filter() {
      @Override
      public FilterHandle open(Context context, OpenRequest request) throws IOException {
        context.openNext(request.readOnly(), request.exportName());
        return handle.get();
      }
    };
  }
}
