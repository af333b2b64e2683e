package nbdj.tck;

import java.io.IOException;
import java.nio.ByteBuffer;
import nbdj.api.ExtentSink;
import nbdj.api.ExtentType;
import nbdj.api.Flag;
import nbdj.api.Flags;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.OpenRequest;
import nbdj.api.Plugin;
import nbdj.tck.Verdict.Subject;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BrokenWritingTests {
  @Test
  void writeThatIsLost_breaksW2() {
    Verdict.ofPlugin(
            Verdict.handle(plugin ->
                new ReferenceHandle(plugin) {
                  @Override
                  public void pwrite(ByteBuffer buffer, long offset, Flags flags) {
                    if (buffer.remaining() != 1093) {
                      device.write(buffer, offset);
                    }
                  }
                }))
        .breaks("W-2");
  }

  @Test
  void writeThatSpills_breaksW3() {
    Verdict.ofPlugin(
            Verdict.handle(plugin ->
                new ReferenceHandle(plugin) {
                  @Override
                  public void pwrite(ByteBuffer buffer, long offset, Flags flags) {
                    long end = offset + buffer.remaining();
                    boolean odd = buffer.remaining() % 2 == 1;
                    device.write(buffer, offset);
                    if (odd) {
                      Damage.flip(device, end);
                    }
                  }
                }))
        .breaks("W-3");
  }

  @Test
  void zeroThatLeavesAByte_breaksW4() {
    Verdict.ofPlugin(
            Verdict.handle(plugin ->
                new ReferenceHandle(plugin) {
                  @Override
                  public void zero(long offset, long count, Flags flags) {
                    device.zero(offset, count, flags.has(Flag.MAY_TRIM));
                    if (!flags.has(Flag.FAST_ZERO)) {
                      Damage.flip(device, offset + count - 1);
                    }
                  }
                }))
        .breaks("W-4");
  }

  @Test
  void zeroThatSpills_breaksW3() {
    Verdict.ofPlugin(
            Verdict.handle(plugin ->
                new ReferenceHandle(plugin) {
                  @Override
                  public void zero(long offset, long count, Flags flags) {
                    device.zero(offset, count, flags.has(Flag.MAY_TRIM));
                    if (!flags.has(Flag.FAST_ZERO)) {
                      Damage.flip(device, offset + count);
                    }
                  }
                }))
        .breaks("W-3");
  }

  @Test
  void trimThatTouchesItsNeighbour_breaksW5() {
    Verdict.ofPlugin(
            Verdict.handle(plugin ->
                new ReferenceHandle(plugin) {
                  @Override
                  public void trim(long offset, long count, Flags flags) {
                    device.zero(offset, count, true);
                    Damage.flip(device, offset - 1);
                  }
                }))
        .breaks("W-5");
  }

  @Test
  void zeroThatPunchesUnasked_breaksW7() {
    Verdict.ofPlugin(
            Verdict.handle(plugin ->
                new ReferenceHandle(plugin) {
                  @Override
                  public void zero(long offset, long count, Flags flags) {
                    device.zero(offset, count, true);
                  }
                }))
        .breaks("W-7");
  }

  @Test
  void fastZeroThatGivesUpHalfway_breaksW8() {
    Verdict.ofPlugin(
            Verdict.handle(plugin ->
                new ReferenceHandle(plugin) {
                  @Override
                  public void zero(long offset, long count, Flags flags) throws IOException {
                    if (flags.has(Flag.FAST_ZERO)) {
                      device.zero(offset, (count + 1) / 2, false);
                      throw new NbdException(NbdError.ENOTSUP, "too slow");
                    }
                    super.zero(offset, count, flags);
                  }
                }))
        .breaks("W-8");
  }

  @Test
  void zeroOf32Bits_breaksW10() {
    ReferenceDevice huge = new ReferenceDevice(4L << 30);
    Verdict.ofPlugin(
            new Subject<>(() ->
                new ReferencePlugin(huge) {
                  @Override
                  public ReferenceHandle open(OpenRequest request) {
                    return new ReferenceHandle(this) {
                      @Override
                      public void zero(long offset, long count, Flags flags) {
                        long low = count & Integer.MAX_VALUE;
                        device.zero(offset, low, flags.has(Flag.MAY_TRIM));
                      }
                    };
                  }
                }))
        .breaks("W-10");
  }

  @Test
  void bufferKeptAfterTheCall_breaksW12() {
    Verdict.ofPlugin(
            Verdict.handle(plugin ->
                new ReferenceHandle(plugin) {
                  private @Nullable ByteBuffer kept;
                  private long keptAt;

                  @Override
                  public void pwrite(ByteBuffer buffer, long offset, Flags flags) {
                    synchronized (device) {
                      kept = buffer.duplicate();
                      keptAt = offset;
                      device.write(buffer, offset);
                    }
                  }

                  @Override
                  public void zero(long offset, long count, Flags flags) throws IOException {
                    kept = null;
                    super.zero(offset, count, flags);
                  }

                  @Override
                  public void pread(ByteBuffer buffer, long offset) throws IOException {
                    synchronized (device) {
                      if (kept != null) {
                        device.write(kept, keptAt);
                        kept = null;
                      }
                    }
                    super.pread(buffer, offset);
                  }
                }))
        .breaks("W-12");
  }

  @Test
  void bufferWrittenTo_breaksW12() {
    Verdict.ofPlugin(
            Verdict.handle(plugin ->
                new ReferenceHandle(plugin) {
                  @Override
                  public void pwrite(ByteBuffer buffer, long offset, Flags flags) {
                    buffer.put(buffer.position(), buffer.get(buffer.position()));
                    device.write(buffer, offset);
                  }
                }))
        .breaks("W-12");
  }

  @Test
  void extentsThatBeginLate_breakE2() {
    extents(
            (handle, offset, count, sink) -> {
              if (count == 1) {
                sink.add(offset, 1, ExtentType.DATA);
              } else {
                sink.add(offset + 1, count - 1, ExtentType.DATA);
              }
            })
        .breaks("E-2");
  }

  @Test
  void extentsWithAGap_breakE3() {
    extents(
            (handle, offset, count, sink) -> {
              sink.add(offset, 1, ExtentType.DATA);
              if (count > 2) {
                sink.add(offset + 2, count - 2, ExtentType.ZERO);
              }
            })
        .breaks("E-3");
  }

  @Test
  void noExtentAtAll_breaksE4() {
    extents((handle, offset, count, sink) -> {}).breaks("E-4");
  }

  @Test
  void extentsPastTheEnd_breakE4() {
    extents((handle, offset, count, sink) ->
            sink.add(offset, handle.device.size() - offset + 4096, ExtentType.DATA))
        .breaks("E-4");
  }

  @Test
  void extentsThatClaimZeroes_breakE5() {
    extents((handle, offset, count, sink) -> sink.add(offset, count, ExtentType.ZERO))
        .breaks("E-5");
  }

  @Test
  void flushThatDropsWrites_breaksW11() {
    ReferenceDevice durable = Verdict.device();
    Verdict.ofPlugin(new Subject<Plugin>(() -> forgetful(durable)).thatKeepsContent())
        .breaks("W-11");
  }

  /** What a broken plugin answers about extents. */
  private interface Extents {
    void of(ReferenceHandle handle, long offset, long count, ExtentSink sink) throws IOException;
  }

  /** Make a plugin that keeps what is written with FUA only. */
  private static ReferencePlugin forgetful(ReferenceDevice durable) {
    ByteBuffer content = ByteBuffer.allocate((int) durable.size());
    durable.read(content, 0);
    ReferenceDevice working = new ReferenceDevice(durable.size());
    working.write(content.flip(), 0);
    return new ReferencePlugin(working) {
      @Override
      public ReferenceHandle open(OpenRequest request) {
        return new ReferenceHandle(this) {
          @Override
          public void pwrite(ByteBuffer buffer, long offset, Flags flags) {
            if (flags.has(Flag.FUA)) {
              durable.write(buffer.duplicate(), offset);
            }
            device.write(buffer, offset);
          }
        };
      }
    };
  }

  private static Verdict extents(Extents extents) {
    return Verdict.ofPlugin(
        Verdict.handle(plugin ->
            new ReferenceHandle(plugin) {
              @Override
              public void extents(long offset, long count, Flags flags, ExtentSink sink)
                  throws IOException {
                extents.of(this, offset, count, sink);
              }
            }));
  }
}
