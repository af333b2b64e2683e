package nbdj.tck;

import java.io.IOException;
import java.nio.ByteBuffer;
import nbdj.api.BlockSize;
import nbdj.api.Flags;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.Next;
import nbdj.api.ReadSink;
import nbdj.api.Support;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Plugins and filters that answer questions wrongly, or offer what they do not do. */
class BrokenLayerAnswersTests {
  @ParameterizedTest
  @EnumSource(Role.class)
  void sizeNegative_breaksC1(Role role) {
    role.judge(() ->
            new Faithful() {
              @Override
              public long size(Next next) {
                return -1;
              }
            })
        .breaks("C-1")
        .saying("size answered -1");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void sizeFails_breaksC1(Role role) {
    role.judge(() ->
            new Faithful() {
              @Override
              public long size(Next next) throws IOException {
                throw new IOException("the medium is not ready");
              }
            })
        .breaks("C-1")
        .saying("size failed: the medium is not ready");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void sizeOneByteShort_breaksC1(Role role) {
    role.judge(() ->
            new Faithful() {
              @Override
              public long size(Next next) throws IOException {
                return Math.max(0, next.size() - 1);
              }
            })
        .breaks("C-1")
        .saying("size is 1049087, not 1049088");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void sizeRoundedUpToPages_breaksC1AndC5(Role role) {
    role.judge(() ->
            new Faithful() {
              @Override
              public long size(Next next) throws IOException {
                return Math.ceilDiv(next.size(), 4096) * 4096;
              }
            })
        .breaks("C-1", "C-5");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void questionFails_breaksC2(Role role) {
    role.judge(() ->
            new Faithful() {
              @Override
              public boolean canMultiConn(Next next) throws IOException {
                throw new IOException("nobody knows");
              }
            })
        .breaks("C-2")
        .saying("canMultiConn", "nobody knows");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void questionThrowsUnchecked_breaksC2(Role role) {
    role.judge(() ->
            new Faithful() {
              @Override
              public boolean canWrite(Next next) {
                throw new IllegalStateException("not asked before");
              }
            })
        .breaks("C-2")
        .saying("canWrite", "not asked before");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void blockSizeImpossible_breaksC2(Role role) {
    role.judge(() ->
            new Faithful() {
              @Override
              public BlockSize blockSize(Next next) {
                return new BlockSize(3, 5, 7);
              }
            })
        .breaks("C-2")
        .saying("blockSize");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void writeOfferedThatFails_breaksC5(Role role) {
    role.judge(() ->
            new Faithful() {
              @Override
              public void pwrite(Next next, ByteBuffer buffer, long offset, Flags flags)
                  throws IOException {
                throw new NbdException(NbdError.EPERM, "writing is not supported");
              }
            })
        .breaks("C-5")
        .saying("write of", "was offered and failed: writing is not supported");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void flushOfferedThatFails_breaksC5(Role role) {
    role.judge(() ->
            new Faithful() {
              @Override
              public void flush(Next next) throws IOException {
                throw new NbdException(NbdError.EINVAL, "flush is not supported");
              }
            })
        .breaks("C-5")
        .saying("flush was offered and failed: flush is not supported");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void flushThrowsUnchecked_breaksX3(Role role) {
    role.judge(() ->
            new Faithful() {
              @Override
              public void flush(Next next) {
                throw new IllegalStateException("nothing was written");
              }
            })
        .breaks("X-3")
        .saying("the layer threw java.lang.IllegalStateException: nothing was written");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void cacheOfferedThatFails_breaksC5(Role role) {
    role.judge(() ->
            new Faithful() {
              @Override
              public void cache(Next next, long offset, long count) throws IOException {
                throw new NbdException(NbdError.EINVAL, "cache is not supported");
              }
            })
        .breaks("C-5")
        .saying("cache of", "was offered and failed: cache is not supported");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void fuaOfferedThatFails_breaksC5(Role role) {
    role.judge(() ->
            new Faithful() {
              @Override
              public Support canFua(Next next) {
                return Support.NATIVE;
              }

              @Override
              public void pwrite(Next next, ByteBuffer buffer, long offset, Flags flags)
                  throws IOException {
                if (flags != Flags.NONE) {
                  throw new NbdException(NbdError.EINVAL, "flags are not known: " + flags);
                }
                next.pwrite(buffer, offset, flags);
              }
            })
        .breaks("C-5")
        .saying("with FUA was offered and failed: flags are not known: FUA");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void fuaOfTrimFails_breaksC5(Role role) {
    role.judge(() ->
            new Faithful() {
              @Override
              public void trim(Next next, long offset, long count, Flags flags) throws IOException {
                if (flags != Flags.NONE) {
                  throw new NbdException(NbdError.EINVAL, "flags are not known: " + flags);
                }
                next.trim(offset, count, flags);
              }
            })
        .breaks("C-5")
        .saying("trim of 16 bytes at 0 with FUA was offered and failed");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void unalignedRequestsRefused_breakC7(Role role) {
    role.judge(() ->
            new Sectors() {
              @Override
              void unaligned(Next next, long offset, long count, ReadSink sink) throws IOException {
                throw new NbdException(NbdError.EINVAL, "requests are of whole sectors");
              }
            })
        .breaks("C-5", "C-7")
        .saying("odd read", "requests are of whole sectors");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void unalignedRequestsRoundedDown_breakC7(Role role) {
    role.judge(() ->
            new Sectors() {
              @Override
              void unaligned(Next next, long offset, long count, ReadSink sink) throws IOException {
                next.read(offset == 1 && count == 3 ? 0 : offset, count, sink);
              }
            })
        .breaks("C-7")
        .saying("odd read: the byte at 1");
  }

  /** A layer that wants whole sectors. */
  private abstract static class Sectors extends Faithful {
    @Override
    public BlockSize blockSize(Next next) {
      return new BlockSize(512, 4096, 1 << 20);
    }

    @Override
    public void read(Next next, long offset, long count, ReadSink sink) throws IOException {
      if (offset % 512 == 0 && count % 512 == 0) {
        next.read(offset, count, sink);
      } else {
        unaligned(next, offset, count, sink);
      }
    }

    abstract void unaligned(Next next, long offset, long count, ReadSink sink) throws IOException;
  }
}
