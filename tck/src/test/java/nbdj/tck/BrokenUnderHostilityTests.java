package nbdj.tck;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Supplier;
import nbdj.api.Backend;
import nbdj.api.Context;
import nbdj.api.ExtentSink;
import nbdj.api.ExtentType;
import nbdj.api.Filter;
import nbdj.api.FilterHandle;
import nbdj.api.Flags;
import nbdj.api.NbdException;
import nbdj.api.Next;
import nbdj.api.OpenRequest;
import nbdj.api.PassThrough;
import nbdj.api.ReadSink;
import nbdj.tck.Verdict.Subject;
import org.junit.jupiter.api.Test;

/** Filters that are right as long as the layer below is. */
class BrokenUnderHostilityTests {
  @Test
  void flushWhereNoneIsOffered_breaksF1() {
    handle(() ->
            new PassThrough() {
              @Override
              public boolean canFlush(Next next) {
                return true;
              }

              @Override
              public void flush(Next next) throws IOException {
                try {
                  next.flush();
                } catch (NbdException e) {
                  if (next.canFlush()) {
                    throw e;
                  }
                }
              }
            })
        .breaks("F-1");
  }

  @Test
  void readAheadPastTheEnd_breaksF1() {
    handle(() ->
            new PassThrough() {
              @Override
              public void read(Next next, long offset, long count, ReadSink sink)
                  throws IOException {
                next.read(offset, count, sink);
                try {
                  next.pread(ByteBuffer.allocate(512), offset + count);
                } catch (NbdException e) {
                  return;
                }
              }
            })
        .breaks("F-1");
  }

  @Test
  void writeTriedOnAReadOnlyLayer_breaksF1() {
    handle(() ->
            new PassThrough() {
              @Override
              public void finalize(Context context) throws IOException {
                Next next = context.next();
                if (next != null && next.size() > 0 && !next.readOnly()) {
                  ByteBuffer first = ByteBuffer.allocate(1);
                  try {
                    next.pread(first, 0);
                    next.pwrite(first.flip(), 0, Flags.NONE);
                  } catch (NbdException e) {
                    return;
                  }
                }
              }
            })
        .breaks("F-1");
  }

  @Test
  void sizeMadeUpWhenItFails_breaksF5() {
    judge(() -> new Opening(new Guessing())).breaks("F-5");
  }

  @Test
  void dataHeldBackForGood_breaksF7() {
    judge(() ->
            new HoldingFilter() {
              @Override
              public FilterHandle open(Context context, OpenRequest request) throws IOException {
                super.open(context, request);
                return new Handle() {
                  @Override
                  public void finalize(Context ending) {}
                };
              }
            })
        .breaks("F-7");
  }

  @Test
  void dataDroppedWhenItCannotBeWritten_breaksX1() {
    judge(() ->
            new HoldingFilter() {
              @Override
              public FilterHandle open(Context context, OpenRequest request) throws IOException {
                super.open(context, request);
                return new Handle() {
                  @Override
                  void release(Next next) throws IOException {
                    try {
                      super.release(next);
                    } catch (NbdException e) {
                      held = null;
                    }
                  }
                };
              }
            })
        .breaks("X-1");
  }

  @Test
  void dataDroppedByAFlushThatFails_breaksNothing() {
    judge(() ->
            new HoldingFilter() {
              @Override
              public FilterHandle open(Context context, OpenRequest request) throws IOException {
                super.open(context, request);
                return new Handle() {
                  @Override
                  public void flush(Next next) throws IOException {
                    try {
                      super.flush(next);
                    } finally {
                      held = null;
                    }
                  }
                };
              }
            })
        .breaks();
  }

  @Test
  void shortAnswerWhenAReadFails_breaksR2() {
    handle(() ->
            new PassThrough() {
              @Override
              public void read(Next next, long offset, long count, ReadSink sink)
                  throws IOException {
                ByteBuffer bytes = ByteBuffer.allocate((int) count);
                try {
                  next.pread(bytes, offset);
                } catch (NbdException e) {
                  return;
                }
                sink.bytes(bytes.flip());
              }
            })
        .breaks("R-2");
  }

  @Test
  void zeroesToldWhereExtentsFail_breakX1() {
    handle(() ->
            new PassThrough() {
              @Override
              public void extents(Next next, long offset, long count, Flags flags, ExtentSink sink)
                  throws IOException {
                try {
                  next.extents(offset, count, flags, sink);
                } catch (NbdException e) {
                  sink.add(offset, count, ExtentType.HOLE_ZERO);
                }
              }
            })
        .breaks("X-1");
  }

  @Test
  void startThatGoesOnWithoutTheLayerBelow_breaksL14() {
    judge(() ->
            new Opening(new PassThrough()) {
              @Override
              public void configComplete(Backend next) {
                try {
                  next.configComplete();
                } catch (IOException e) {
                  return;
                }
              }
            })
        .breaks("L-14");
  }

  @Test
  void errorsBecomeAnother_isNotRecommendedByF8() {
    Verdict verdict =
        handle(() ->
            new PassThrough() {
              @Override
              public void read(Next next, long offset, long count, ReadSink sink)
                  throws IOException {
                try {
                  next.read(offset, count, sink);
                } catch (NbdException e) {
                  throw new IOException("cannot read", e);
                }
              }
            });
    verdict.breaks();
    verdict.warns("F-8");
  }

  /** A filter whose size is 0 when the layer below does not tell. */
  private static final class Guessing implements FilterHandle {
    @Override
    public long size(Next next) {
      try {
        return next.size();
      } catch (IOException e) {
        return 0;
      }
    }

    @Override
    public void read(Next next, long offset, long count, ReadSink sink) throws IOException {
      next.read(offset, count, sink);
    }
  }

  private static class Opening implements Filter {
    private final FilterHandle handle;

    Opening(FilterHandle handle) {
      this.handle = handle;
    }

    @Override
    public String description() {
      return "nothing else";
    }

    @Override
    public FilterHandle open(Context context, OpenRequest request) throws IOException {
      context.openNext(request.readOnly(), request.exportName());
      return handle;
    }
  }

  private static Verdict judge(Supplier<Filter> filter) {
    return Verdict.ofFilter(new Subject<>(filter));
  }

  private static Verdict handle(Supplier<FilterHandle> handle) {
    return judge(() ->
        new Opening(new PassThrough()) {
          @Override
          public FilterHandle open(Context context, OpenRequest request) throws IOException {
            super.open(context, request);
            return handle.get();
          }
        });
  }
}
