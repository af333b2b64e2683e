package nbdj.tck;

import java.io.IOException;
import java.nio.ByteBuffer;
import nbdj.api.ExtentSink;
import nbdj.api.ExtentType;
import nbdj.api.Flags;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.Next;
import nbdj.api.ReadSink;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Plugins and filters that take offsets or counts for an {@code int}. */
class BrokenLayerHugeTests {
  @ParameterizedTest
  @EnumSource(Role.class)
  void faithfulHandle_breaksNothing(Role role) {
    role.judgeHuge(Faithful::new).breaks();
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void offsetsOf31Bits_breakW3(Role role) {
    role.judgeHuge(() -> new Masked(Integer.MAX_VALUE))
        .breaks("W-3")
        .saying("2 or 4 GiB further on: the byte at 4096");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void offsetsOf32Bits_breakW3(Role role) {
    role.judgeHuge(() -> new Masked(0xffff_ffffL))
        .breaks("W-3")
        .saying("2 or 4 GiB further on: the byte at 4096");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void offsetsTakenForAnInt_breakC5(Role role) {
    role.judgeHuge(() ->
            new Faithful() {
              @Override
              public void read(Next next, long offset, long count, ReadSink sink)
                  throws IOException {
                next.read((int) offset == offset ? offset : -1, count, sink);
              }
            })
        .breaks("C-5")
        .saying("pread of 1 bytes at 5368709119");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void indexOverflows_breaksX3(Role role) {
    byte[] table = new byte[1 << 20];
    role.judgeHuge(() ->
            new Faithful() {
              @Override
              public void read(Next next, long offset, long count, ReadSink sink)
                  throws IOException {
                table[(int) offset >> 12]++;
                next.read(offset, count, sink);
              }
            })
        .breaks("X-3")
        .saying("ArrayIndexOutOfBoundsException");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void zeroOf31Bits_breaksW10(Role role) {
    role.judgeHuge(() ->
            new Faithful() {
              @Override
              public void zero(Next next, long offset, long count, Flags flags) throws IOException {
                next.zero(offset, Math.min(count, Integer.MAX_VALUE), flags);
              }
            })
        .breaks("W-10")
        .saying("zero of 5368709120 bytes: the byte at");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void longTrimRefused_breaksC5(Role role) {
    role.judgeHuge(() ->
            new Faithful() {
              @Override
              public void trim(Next next, long offset, long count, Flags flags) throws IOException {
                if ((int) count < 0 || count > Integer.MAX_VALUE) {
                  throw new NbdException(NbdError.EINVAL, "negative length " + (int) count);
                }
                next.trim(offset, count, flags);
              }
            })
        .breaks("C-5")
        .saying("trim of 5368709120 bytes at 0", "negative length 1073741824");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void extentLengthOverflows_breaksE4(Role role) {
    role.judgeHuge(() ->
            new Faithful() {
              @Override
              public void extents(Next next, long offset, long count, Flags flags, ExtentSink sink)
                  throws IOException {
                int length = (int) count;
                sink.add(offset, length, ExtentType.DATA);
              }
            })
        .breaks("E-4");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void extentOffsetOverflows_breaksE2(Role role) {
    role.judgeHuge(() ->
            new Faithful() {
              @Override
              public void extents(Next next, long offset, long count, Flags flags, ExtentSink sink)
                  throws IOException {
                sink.add(offset & Integer.MAX_VALUE, Math.min(count, 1 << 20), ExtentType.DATA);
              }
            })
        .breaks("E-2")
        .saying("extents of");
  }

  /** A layer that keeps only the low bits of an offset. */
  private static final class Masked extends Faithful {
    private final long mask;

    Masked(long mask) {
      this.mask = mask;
    }

    @Override
    public void read(Next next, long offset, long count, ReadSink sink) throws IOException {
      next.read(offset & mask, count, sink);
    }

    @Override
    public void pwrite(Next next, ByteBuffer buffer, long offset, Flags flags) throws IOException {
      next.pwrite(buffer, offset & mask, flags);
    }

    @Override
    public void zero(Next next, long offset, long count, Flags flags) throws IOException {
      next.zero(offset & mask, count, flags);
    }

    @Override
    public void trim(Next next, long offset, long count, Flags flags) throws IOException {
      next.trim(offset & mask, count, flags);
    }

    @Override
    public void extents(Next next, long offset, long count, Flags flags, ExtentSink sink)
        throws IOException {
      sink.add(offset, count, ExtentType.DATA);
    }
  }
}
