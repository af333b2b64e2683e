package nbdj.tck.blackbox;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import nbdj.api.BlockSize;
import nbdj.api.ExtentSink;
import nbdj.api.ExtentType;
import nbdj.api.Flag;
import nbdj.api.Flags;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.OpenRequest;
import nbdj.api.PluginHandle;
import nbdj.api.ReadSink;
import nbdj.api.ThreadModel;
import nbdj.tck.Feature;
import nbdj.tck.ReferenceDevice;
import nbdj.tck.ReferencePlugin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Layers that lie are found out through the socket, by the rule that they break. */
class LyingLayersTests {
  @Test
  void correctLayers_breakNothingAndRunEveryTest() {
    ReferenceDevice kept = Verdict.device();
    Set<String> ran = new TreeSet<>();
    Set<String> skipped = new TreeSet<>();
    for (Verdict verdict :
        List.of(
            Verdict.of(() -> Verdict.plugin(kept), true, true),
            Verdict.of(() -> Verdict.plugin(new ReferenceDevice(4L << 30))))) {
      verdict.breaks();
      ran.addAll(verdict.succeeded());
      skipped.addAll(verdict.skipped());
    }
    skipped.removeAll(ran);
    // What is expected is for a contract to say, and this one says nothing. Tools may be missing.
    skipped.removeIf(name -> name.contains("isAsExpected") || name.contains("nbd"));
    assertEquals(Set.of(), skipped, "never ran");
  }

  @ParameterizedTest
  @EnumSource(
      value = Feature.class,
      names = {"WRITE", "FLUSH", "EXTENTS", "MULTI_CONN", "ZERO"})
  void featureLacking_breaksNothing(Feature lacking) {
    Verdict.of(() -> Verdict.plugin(Verdict.device()).without(lacking)).breaks();
  }

  @Test
  void serialConnections_breakNothing() {
    Verdict.of(() -> Verdict.plugin(Verdict.device()).withModel(ThreadModel.SERIALIZE_CONNECTIONS))
        .breaks();
  }

  @Test
  void blockSizes_breakNothing() {
    Verdict.of(
            () ->
                Verdict.plugin(
                    Verdict.device(),
                    handle ->
                        new Forwarding(handle) {
                          @Override
                          public BlockSize blockSize() {
                            return new BlockSize(512, 4096, 1 << 20);
                          }
                        }),
            false,
            true)
        .breaks();
  }

  @Test
  void emptyDevice_breaksNothing() {
    Verdict.of(() -> Verdict.plugin(new ReferenceDevice(0))).breaks();
  }

  @Test
  void extentsThatClaimZeroes_breakE5() {
    Verdict.ofHandle(handle ->
            new Forwarding(handle) {
              @Override
              public void extents(long offset, long count, Flags flags, ExtentSink sink)
                  throws IOException {
                sink.add(offset, count, ExtentType.ZERO);
              }
            })
        .breaks("E-5");
  }

  @Test
  void writeThatIsLost_breaksW2() {
    Verdict.ofHandle(handle ->
            new Forwarding(handle) {
              @Override
              public void pwrite(ByteBuffer buffer, long offset, Flags flags) throws IOException {
                if (buffer.remaining() != 65537) {
                  honest.pwrite(buffer, offset, flags);
                }
              }
            })
        .breaks("W-2")
        .saying("write of 65537 bytes: the byte at");
  }

  @Test
  void writeThatSpills_breaksW3() {
    Verdict.ofHandle(handle ->
            new Forwarding(handle) {
              @Override
              public void pwrite(ByteBuffer buffer, long offset, Flags flags) throws IOException {
                long end = offset + buffer.remaining();
                boolean odd = buffer.remaining() % 2 == 1;
                honest.pwrite(buffer, offset, flags);
                if (odd) {
                  flip(honest, end);
                }
              }
            })
        .breaks("W-3");
  }

  @Test
  void zeroThatLeavesAByte_breaksW4() {
    Verdict.ofHandle(handle ->
            new Forwarding(handle) {
              @Override
              public void zero(long offset, long count, Flags flags) throws IOException {
                honest.zero(offset, count, flags);
                if (!flags.has(Flag.FAST_ZERO)) {
                  flip(honest, offset + count - 1);
                }
              }
            })
        .breaks("W-4");
  }

  @Test
  void trimThatTouchesItsNeighbour_breaksW5() {
    Verdict.ofHandle(handle ->
            new Forwarding(handle) {
              @Override
              public void trim(long offset, long count, Flags flags) throws IOException {
                honest.trim(offset, count, flags);
                flip(honest, offset - 1);
              }
            })
        .breaks("W-5");
  }

  @Test
  void zeroThatPunchesUnasked_breaksW7() {
    Verdict.ofHandle(handle ->
            new Forwarding(handle) {
              @Override
              public void zero(long offset, long count, Flags flags) throws IOException {
                honest.zero(offset, count, flags.with(Flag.MAY_TRIM));
              }
            })
        .breaks("W-7");
  }

  @Test
  void fastZeroThatGivesUpHalfway_breaksW8() {
    Verdict.ofHandle(handle ->
            new Forwarding(handle) {
              @Override
              public void zero(long offset, long count, Flags flags) throws IOException {
                if (flags.has(Flag.FAST_ZERO)) {
                  honest.zero(offset, (count + 1) / 2, Flags.NONE);
                  throw new NbdException(NbdError.ENOTSUP, "too slow");
                }
                honest.zero(offset, count, flags);
              }
            })
        .breaks("W-8");
  }

  @Test
  void handlesWithCopies_breakC6() {
    Verdict.of(() ->
            new ReferencePlugin(Verdict.device()) {
              @Override
              public PluginHandle open(OpenRequest request) throws IOException {
                if (request.exportName().equals("missing")) {
                  throw new NbdException(NbdError.EINVAL, "there is no export 'missing'");
                }
                return new ReferencePlugin(Verdict.device()).open(request);
              }
            })
        .breaks("C-6");
  }

  @Test
  void answersThatChange_breakC2() {
    AtomicInteger opens = new AtomicInteger();
    Verdict.ofHandle(handle ->
            new Forwarding(handle) {
              private final String text = "opened %d times".formatted(opens.incrementAndGet());

              @Override
              public Optional<String> description() {
                return Optional.of(text);
              }
            })
        .breaks("C-2")
        .saying("NBD_OPT_INFO told NbdExport[name=");
  }

  @Test
  void flushThatDropsWrites_breaksW11() {
    ReferenceDevice durable = Verdict.device();
    Verdict.of(() -> forgetful(durable), true, false).breaks("W-11");
  }

  /** Make a plugin that keeps what is written with FUA only. */
  private static ReferencePlugin forgetful(ReferenceDevice durable) {
    ByteBuffer content = ByteBuffer.allocate((int) durable.size());
    durable.read(content, 0);
    ReferenceDevice working = new ReferenceDevice(durable.size());
    working.write(content.flip(), 0);
    return Verdict.plugin(
        working,
        handle ->
            new Forwarding(handle) {
              @Override
              public void pwrite(ByteBuffer buffer, long offset, Flags flags) throws IOException {
                if (flags.has(Flag.FUA)) {
                  durable.write(buffer.duplicate(), offset);
                }
                honest.pwrite(buffer, offset, flags);
              }
            });
  }

  @Test
  void readThatThrows_breaksC5() {
    Verdict.ofHandle(handle ->
            new Forwarding(handle) {
              @Override
              public void pread(ByteBuffer buffer, long offset) throws IOException {
                if (buffer.remaining() == 513) {
                  throw new IllegalStateException("a bug");
                }
                honest.pread(buffer, offset);
              }

              @Override
              public void read(long offset, long count, ReadSink sink) throws IOException {
                pread(sink.buffer((int) count), offset);
              }
            })
        .breaks("C-5")
        .saying("read of 513 bytes at");
  }

  @Test
  void cacheThatTakesTooLong_breaksC5() {
    Verdict.ofSilent(
            () ->
                Verdict.plugin(
                    Verdict.device(),
                    handle ->
                        new Forwarding(handle) {
                          @Override
                          public void cache(long offset, long count) {
                            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(4));
                          }
                        }),
            BlackBox.Flags.class)
        .breaks("C-5")
        .saying("the server did not answer a cache of 262144 bytes at 0 within PT2S");
  }

  @Test
  void noDefaultExport_breaksN3() {
    Verdict.of(() ->
            new ReferencePlugin(Verdict.device()) {
              @Override
              public Optional<String> defaultExport(boolean readOnly, boolean tls) {
                return Optional.empty();
              }

              @Override
              public PluginHandle open(OpenRequest request) throws IOException {
                throw new NbdException(NbdError.EINVAL, "there is no such export");
              }
            })
        .breaks("N-3");
  }

  @Test
  void missingExportThatOpens_breaksX4() {
    Verdict.of(() -> new ReferencePlugin(Verdict.device()))
        .breaks("X-4")
        .saying("the export 'missing' was not refused");
  }

  /** Flip all bits of a byte, if there is such a byte. */
  private static void flip(PluginHandle handle, long offset) throws IOException {
    if (offset >= 0 && offset < handle.size()) {
      ByteBuffer one = ByteBuffer.allocate(1);
      handle.pread(one, offset);
      one.put(0, (byte) ~one.get(0));
      handle.pwrite(one.flip(), offset, Flags.NONE);
    }
  }
}
