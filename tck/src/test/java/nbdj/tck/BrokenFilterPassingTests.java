package nbdj.tck;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import nbdj.api.Backend;
import nbdj.api.Context;
import nbdj.api.ExtentSink;
import nbdj.api.Filter;
import nbdj.api.FilterHandle;
import nbdj.api.Flag;
import nbdj.api.Flags;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.Next;
import nbdj.api.OpenRequest;
import nbdj.api.Parameter;
import nbdj.api.PassThrough;
import nbdj.api.ReadSink;
import nbdj.api.Support;
import nbdj.api.ThreadModel;
import nbdj.tck.Verdict.Subject;
import org.junit.jupiter.api.Test;

/** Filters that pass on what they must not, or not what they must. */
class BrokenFilterPassingTests {
  @Test
  void ownKeyPassedOn_breaksL2() {
    Verdict.ofFilter(
            new Subject<Filter>(() ->
                new Opening() {
                  @Override
                  public List<Parameter> parameters() {
                    return List.of(Parameter.of("rate", Parameter.Type.STRING, "A rate."));
                  }

                  @Override
                  public void config(Backend next, String key, String value) throws IOException {
                    next.config(key, value);
                  }
                })
                .withConfig(Map.of("rate", "1M")))
        .breaks("L-2")
        .saying("rate");
  }

  @Test
  void configCompletePassedOnTwice_breaksL3() {
    judge(() ->
            new Opening() {
              @Override
              public void configComplete(Backend next) throws IOException {
                next.configComplete();
                next.configComplete();
              }
            })
        .breaks("L-3")
        .saying("configComplete");
  }

  @Test
  void oneModelRelaxed_breaksT1() {
    judge(() ->
            new Opening() {
              @Override
              public ThreadModel threadModel(ThreadModel next) {
                return next == ThreadModel.SERIALIZE_REQUESTS ? ThreadModel.PARALLEL : next;
              }
            })
        .breaks("T-1")
        .saying("SERIALIZE_REQUESTS became PARALLEL");
  }

  @Test
  void preconnectPassedOnTwice_breaksL7() {
    judge(() ->
            new Opening() {
              @Override
              public void preconnect(Backend next, boolean readOnly) throws IOException {
                next.preconnect(readOnly);
                next.preconnect(readOnly);
              }
            })
        .breaks("L-7")
        .saying("preconnect reached the layer below 2 times");
  }

  @Test
  void nothingOpenedBelow_breaksC1AndC2() {
    judge(() -> (context, request) -> new PassThrough())
        .breaks("C-1", "C-2")
        .saying("the context has no handle of reference");
  }

  @Test
  void flushBeforeTheWriteForFua_breaksW6() {
    handle(() ->
            new Emulating() {
              @Override
              void forced(Next next, ByteBuffer buffer, long offset) throws IOException {
                next.flush();
                next.pwrite(buffer, offset, Flags.NONE);
              }
            })
        .breaks("W-6")
        .saying("below is volatile after a write with FUA");
  }

  @Test
  void fuaOfTheLastPartOnly_breaksW6() {
    handle(() ->
            new Emulating() {
              @Override
              void forced(Next next, ByteBuffer buffer, long offset) throws IOException {
                int half = buffer.remaining() / 2;
                int limit = buffer.limit();
                next.pwrite(buffer.limit(buffer.position() + half), offset, Flags.NONE);
                Flags fua = Flags.of(Flag.FUA);
                next.pwrite(buffer.limit(limit), offset + half, fua);
              }
            })
        .breaks("W-6")
        .saying("below is volatile after a write with FUA");
  }

  @Test
  void fuaOfZeroSwallowed_breaksW6() {
    handle(() ->
            new PassThrough() {
              @Override
              public void zero(Next next, long offset, long count, Flags flags) throws IOException {
                next.zero(offset, count, flags.without(Flag.FUA));
              }
            })
        .breaks("W-6");
  }

  @Test
  void fuaOfTrimSwallowed_breaksW6() {
    handle(() ->
            new PassThrough() {
              @Override
              public void trim(Next next, long offset, long count, Flags flags) throws IOException {
                next.trim(offset, count, Flags.NONE);
              }
            })
        .breaks("W-6");
  }

  @Test
  void flushOfferedWithoutOneBelow_breaksC5() {
    handle(() ->
            new PassThrough() {
              @Override
              public boolean canFlush(Next next) {
                return true;
              }
            })
        .breaks("C-5")
        .saying("flush was offered and failed");
  }

  @Test
  void trimOfferedWithoutOneBelow_breaksC5() {
    handle(() ->
            new PassThrough() {
              @Override
              public boolean canTrim(Next next) {
                return true;
              }
            })
        .breaks("C-5")
        .saying("trim of", "was offered and failed");
  }

  @Test
  void fuaOfferedWithoutOneBelow_breaksC5() {
    handle(() ->
            new PassThrough() {
              @Override
              public Support canFua(Next next) {
                return Support.NATIVE;
              }
            })
        .breaks("C-5");
  }

  @Test
  void cacheOfferedWithoutOneBelow_breaksC5() {
    handle(() ->
            new PassThrough() {
              @Override
              public Support canCache(Next next) {
                return Support.NATIVE;
              }
            })
        .breaks("C-5")
        .saying("cache of", "was offered and failed");
  }

  @Test
  void readAheadPastTheEnd_breaksC5() {
    handle(() ->
            new PassThrough() {
              @Override
              public void read(Next next, long offset, long count, ReadSink sink)
                  throws IOException {
                sink.bytes(Damage.bytes(next, offset, count + 512).limit((int) count));
              }
            })
        .breaks("C-5");
  }

  @Test
  void zeroErrorSwallowed_breaksX1() {
    handle(() ->
            new PassThrough() {
              @Override
              public void zero(Next next, long offset, long count, Flags flags) throws IOException {
                try {
                  next.zero(offset, count, flags);
                } catch (NbdException e) {
                  if (e.error() == NbdError.ENOTSUP || !next.canWrite()) {
                    throw e;
                  }
                }
              }
            })
        .breaks("X-1");
  }

  @Test
  void errorMadeEio_breaksF8() {
    handle(() ->
            new PassThrough() {
              @Override
              public void read(Next next, long offset, long count, ReadSink sink)
                  throws IOException {
                try {
                  next.read(offset, count, sink);
                } catch (NbdException e) {
                  throw new IOException("read failed", e);
                }
              }
            })
        .breaks()
        .warns("F-8");
  }

  @Test
  void extentsOfTheWholeDeviceFromTheStart_breakE2() {
    handle(() ->
            new PassThrough() {
              @Override
              public void extents(Next next, long offset, long count, Flags flags, ExtentSink sink)
                  throws IOException {
                next.extents(0, next.size(), flags, sink);
              }
            })
        .breaks("E-2");
  }

  @Test
  void failedReadKeptForLater_breaksX1() {
    handle(() ->
            new PassThrough() {
              private volatile boolean failed;

              @Override
              public void read(Next next, long offset, long count, ReadSink sink)
                  throws IOException {
                if (failed) {
                  throw new NbdException(NbdError.EIO, "a read failed before");
                }
                try {
                  next.read(offset, count, sink);
                } catch (NbdException e) {
                  failed = true;
                  throw e;
                }
              }
            })
        .breaks("C-5");
  }

  /** A filter that does FUA in its own way. */
  private abstract static class Emulating extends PassThrough {
    @Override
    public Support canFua(Next next) throws IOException {
      return next.canFua().available() && next.canFlush() ? Support.NATIVE : Support.NONE;
    }

    @Override
    public void pwrite(Next next, ByteBuffer buffer, long offset, Flags flags) throws IOException {
      if (flags.has(Flag.FUA)) {
        forced(next, buffer, offset);
      } else {
        next.pwrite(buffer, offset, flags);
      }
    }

    abstract void forced(Next next, ByteBuffer buffer, long offset) throws IOException;
  }

  /** A filter that opens what it is asked to. */
  private static class Opening implements Filter {
    @Override
    public FilterHandle open(Context context, OpenRequest request) throws IOException {
      context.openNext(request.readOnly(), request.exportName());
      return new PassThrough();
    }
  }

  private static Verdict judge(Supplier<Filter> filter) {
    return Verdict.ofFilter(new Subject<>(filter));
  }

  private static Verdict handle(Supplier<FilterHandle> handle) {
    return Role.FILTER.judge(handle);
  }
}
