package nbdj.tck;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import nbdj.api.Flag;
import nbdj.api.Flags;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.Next;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Plugins and filters that zero or trim wrongly. */
class BrokenLayerZeroesTests {
  @ParameterizedTest
  @EnumSource(Role.class)
  void lastByteNotZeroed_breaksW4(Role role) {
    role.judge(() ->
            new Faithful() {
              @Override
              public void zero(Next next, long offset, long count, Flags flags) throws IOException {
                next.zero(offset, count, flags);
                if (count == 121) {
                  Damage.flip(next, offset + count - 1);
                }
              }
            })
        .breaks("W-4")
        .saying("zeroed with");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void zeroThatMayTrimDoesNothing_breaksW4(Role role) {
    role.judge(() ->
            new Faithful() {
              @Override
              public void zero(Next next, long offset, long count, Flags flags) throws IOException {
                if (!flags.has(Flag.MAY_TRIM)) {
                  next.zero(offset, count, flags);
                }
              }
            })
        .breaks("W-4")
        .saying("zeroed with MAY_TRIM");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void zeroRoundedInwardsToPages_breaksW4(Role role) {
    role.judge(() ->
            new Faithful() {
              @Override
              public void zero(Next next, long offset, long count, Flags flags) throws IOException {
                long start = Math.ceilDiv(offset, 512) * 512;
                long end = (offset + count) / 512 * 512;
                if (flags.has(Flag.FAST_ZERO)) {
                  next.zero(offset, count, flags);
                } else if (start < end) {
                  next.zero(start, end - start, flags);
                }
              }
            })
        .breaks("W-4");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void byteAfterTheRangeZeroed_breaksW3(Role role) {
    role.judge(() ->
            new Faithful() {
              @Override
              public void zero(Next next, long offset, long count, Flags flags) throws IOException {
                long end = Math.min(offset + count + 1, next.size());
                next.zero(offset, flags.has(Flag.FAST_ZERO) ? count : end - offset, flags);
              }
            })
        .breaks("W-3")
        .saying("after the range: the byte at 174762");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void zeroRoundedOutwardsToSectors_breaksW3(Role role) {
    role.judge(() ->
            new Faithful() {
              @Override
              public void zero(Next next, long offset, long count, Flags flags) throws IOException {
                long start = flags.has(Flag.FAST_ZERO) ? offset : offset / 512 * 512;
                next.zero(start, offset + count - start, flags);
              }
            })
        .breaks("W-3")
        .saying("before the range: the byte at");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void trimRoundedOutwardsToSectors_breaksW5(Role role) {
    role.judge(() ->
            new Faithful() {
              @Override
              public void trim(Next next, long offset, long count, Flags flags) throws IOException {
                long start = offset / 512 * 512;
                next.trim(start, offset + count - start, flags);
              }
            })
        .breaks("W-5")
        .saying("before the range: the byte at");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void byteAfterTheRangeTrimmed_breaksW5(Role role) {
    role.judge(() ->
            new Faithful() {
              @Override
              public void trim(Next next, long offset, long count, Flags flags) throws IOException {
                next.trim(offset, Math.min(count + 1, next.size() - offset), flags);
              }
            })
        .breaks("W-5")
        .saying("after the range: the byte at");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void trimmedPagesTakeNoMoreWrites_breaksW5(Role role) {
    role.judge(() ->
            new Faithful() {
              private final BitSet trimmed = new BitSet();

              @Override
              public synchronized void trim(Next next, long offset, long count, Flags flags)
                  throws IOException {
                if (count == Chapter.GROUND) {
                  trimmed.set(7);
                }
                next.trim(offset, count, flags);
              }

              @Override
              public synchronized void pwrite(
                  Next next, ByteBuffer buffer, long offset, Flags flags) throws IOException {
                if (trimmed.get(7) && buffer.remaining() == Chapter.GROUND) {
                  buffer.limit(buffer.limit() - 4096);
                }
                next.pwrite(buffer, offset, flags);
              }
            })
        .breaks("W-5")
        .saying("written after a trim: the byte at 258048");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void holePunchedUnasked_breaksW7(Role role) {
    role.judge(() ->
            new Faithful() {
              @Override
              public void zero(Next next, long offset, long count, Flags flags) throws IOException {
                next.zero(offset, count, flags.with(Flag.MAY_TRIM));
              }
            })
        .breaks("W-7")
        .saying("in a range zeroed without MAY_TRIM");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void fastZeroGivesUpHalfway_breaksW8(Role role) {
    role.judge(() ->
            new Faithful() {
              @Override
              public void zero(Next next, long offset, long count, Flags flags) throws IOException {
                if (flags.has(Flag.FAST_ZERO)) {
                  next.zero(offset, (count + 1) / 2, Flags.NONE);
                  throw new NbdException(NbdError.ENOTSUP, "the rest would be slow");
                }
                next.zero(offset, count, flags);
              }
            })
        .breaks("W-8")
        .saying("after a fast zero that was refused: the byte at 1 is");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void fastZeroRefusedAsInvalid_breaksW8(Role role) {
    role.judge(() ->
            new Faithful() {
              @Override
              public void zero(Next next, long offset, long count, Flags flags) throws IOException {
                if (flags.has(Flag.FAST_ZERO)) {
                  throw new NbdException(NbdError.EINVAL, "fast zeroes are not known");
                }
                next.zero(offset, count, flags);
              }
            })
        .breaks("W-8")
        .saying("fast zero of", "fast zeroes are not known");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void fastZeroDoesNothing_breaksW4(Role role) {
    role.judge(() ->
            new Faithful() {
              @Override
              public void zero(Next next, long offset, long count, Flags flags) throws IOException {
                if (!flags.has(Flag.FAST_ZERO)) {
                  next.zero(offset, count, flags);
                }
              }
            })
        .breaks("W-4")
        .saying("after a fast zero: the byte at 1 is");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void zeroOfferedThatFails_breaksC5(Role role) {
    role.judge(() ->
            new Faithful() {
              @Override
              public void zero(Next next, long offset, long count, Flags flags) throws IOException {
                NbdError error = flags.has(Flag.FAST_ZERO) ? NbdError.ENOTSUP : NbdError.EINVAL;
                throw new NbdException(error, "zeroing is not written yet");
              }
            })
        .breaks("C-5")
        .saying("was offered and failed: zeroing is not written yet");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void zeroOfTheLastByteFails_breaksC5(Role role) {
    role.judge(() ->
            new Faithful() {
              @Override
              public void zero(Next next, long offset, long count, Flags flags) throws IOException {
                if (count == 1 && !flags.has(Flag.FAST_ZERO)) {
                  throw new NbdException(NbdError.EINVAL, "less than a sector");
                }
                next.zero(offset, count, flags);
              }
            })
        .breaks("C-5")
        .saying("zero of 1 bytes at", "less than a sector");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void trimOfferedThatFails_breaksC5(Role role) {
    role.judge(() ->
            new Faithful() {
              @Override
              public void trim(Next next, long offset, long count, Flags flags) throws IOException {
                throw new NbdException(NbdError.ENOTSUP, "trim is not written yet");
              }
            })
        .breaks("C-5")
        .saying("trim of", "was offered and failed: trim is not written yet");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void trimThrowsUnchecked_breaksX3(Role role) {
    role.judge(() ->
            new Faithful() {
              @Override
              public void trim(Next next, long offset, long count, Flags flags) {
                throw new UnsupportedOperationException();
              }
            })
        .breaks("X-3")
        .saying("the layer threw java.lang.UnsupportedOperationException");
  }
}
