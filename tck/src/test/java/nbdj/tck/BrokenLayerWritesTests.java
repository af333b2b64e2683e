package nbdj.tck;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import nbdj.api.Flags;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.Next;
import nbdj.api.ReadSink;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Plugins and filters whose writes are wrong. */
class BrokenLayerWritesTests {
  @ParameterizedTest
  @EnumSource(Role.class)
  void oddWriteLost_breaksW2(Role role) {
    role.judge(() ->
            new Faithful() {
              @Override
              public void pwrite(Next next, ByteBuffer buffer, long offset, Flags flags)
                  throws IOException {
                if (buffer.remaining() != 1093) {
                  next.pwrite(buffer, offset, flags);
                }
              }
            })
        .breaks("W-2")
        .saying("after a write: the byte at");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void lastByteNotWritten_breaksW2(Role role) {
    role.judge(() ->
            new Faithful() {
              @Override
              public void pwrite(Next next, ByteBuffer buffer, long offset, Flags flags)
                  throws IOException {
                if (buffer.remaining() % 2 == 1 && buffer.remaining() > 1) {
                  buffer.limit(buffer.limit() - 1);
                }
                next.pwrite(buffer, offset, flags);
              }
            })
        .breaks("W-2");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void onlyTheFirst64KibWritten_breaksW2(Role role) {
    role.judge(() ->
            new Faithful() {
              @Override
              public void pwrite(Next next, ByteBuffer buffer, long offset, Flags flags)
                  throws IOException {
                if (buffer.remaining() < Chapter.GROUND) {
                  buffer.limit(buffer.position() + Math.min(buffer.remaining(), 64 << 10));
                }
                next.pwrite(buffer, offset, flags);
              }
            })
        .breaks("W-2");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void longsWrittenBackwards_breakW2(Role role) {
    role.judge(() ->
            new Faithful() {
              @Override
              public void pwrite(Next next, ByteBuffer buffer, long offset, Flags flags)
                  throws IOException {
                ByteBuffer swapped = ByteBuffer.allocate(buffer.remaining());
                if (buffer.remaining() % 8 == 0 && buffer.remaining() < 5000) {
                  while (buffer.hasRemaining()) {
                    swapped.putLong(Long.reverseBytes(buffer.getLong()));
                  }
                } else {
                  swapped.put(buffer);
                }
                next.pwrite(swapped.flip(), offset, flags);
              }
            })
        .breaks("W-2");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void byteAfterTheRangeChanged_breaksW3(Role role) {
    role.judge(() ->
            new Faithful() {
              @Override
              public void pwrite(Next next, ByteBuffer buffer, long offset, Flags flags)
                  throws IOException {
                int count = buffer.remaining();
                next.pwrite(buffer, offset, flags);
                if (count == Chapter.GROUND / 3) {
                  Damage.flip(next, offset + count);
                }
              }
            })
        .breaks("W-3")
        .saying("beside a write: the byte at 174762");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void byteBeforeTheRangeChanged_breaksW3(Role role) {
    role.judge(() ->
            new Faithful() {
              @Override
              public void pwrite(Next next, ByteBuffer buffer, long offset, Flags flags)
                  throws IOException {
                int count = buffer.remaining();
                next.pwrite(buffer, offset, flags);
                if (count == Chapter.GROUND / 3) {
                  Damage.flip(next, offset - 1);
                }
              }
            })
        .breaks("W-3")
        .saying("beside a write: the byte at 87380");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void wholePagesWrittenBackStale_breakW3(Role role) {
    role.judge(() ->
            new Faithful() {
              private final Map<Long, byte[]> pages = new TreeMap<>();

              @Override
              public synchronized void pwrite(
                  Next next, ByteBuffer buffer, long offset, Flags flags) throws IOException {
                if (offset + 8192 > next.size() || buffer.remaining() > 100) {
                  next.pwrite(buffer, offset, flags);
                  return;
                }
                long page = offset / 4096 * 4096;
                byte[] bytes = pages.get(page);
                if (bytes == null) {
                  bytes = Damage.bytes(next, page, 8192).array();
                  pages.put(page, bytes);
                }
                int count = buffer.remaining();
                buffer.get(bytes, (int) (offset - page), count);
                next.pwrite(ByteBuffer.wrap(bytes), page, flags);
              }
            })
        .breaks("W-3")
        .saying("seed");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void bytesTakenFromTheStartOfTheBuffer_breakW12(Role role) {
    role.judge(() ->
            new Faithful() {
              @Override
              public void pwrite(Next next, ByteBuffer buffer, long offset, Flags flags)
                  throws IOException {
                ByteBuffer bytes = ByteBuffer.allocate(buffer.remaining());
                for (int i = 0; i < bytes.capacity(); i++) {
                  bytes.put(i, buffer.get(i));
                }
                buffer.position(buffer.limit());
                next.pwrite(bytes, offset, flags);
              }
            })
        .breaks("W-12")
        .saying("from the middle of a buffer: the byte at");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void bufferKeptUntilTheNextRead_breaksW12(Role role) {
    role.judge(() ->
            new Faithful() {
              private @Nullable ByteBuffer kept;
              private long keptAt;

              @Override
              public synchronized void pwrite(
                  Next next, ByteBuffer buffer, long offset, Flags flags) throws IOException {
                boolean plain = buffer.remaining() == 4096 && flags == Flags.NONE;
                kept = plain ? buffer.duplicate() : null;
                keptAt = offset;
                next.pwrite(buffer, offset, flags);
              }

              @Override
              public void read(Next next, long offset, long count, ReadSink sink)
                  throws IOException {
                synchronized (this) {
                  if (kept != null && count == 4096 && offset == 0) {
                    next.pwrite(kept, keptAt, Flags.NONE);
                  }
                  kept = null;
                }
                next.read(offset, count, sink);
              }
            })
        .breaks("W-12")
        .saying("after the buffer changed: the byte at 0");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void bufferSwappedInPlace_breaksW12(Role role) {
    role.judge(() ->
            new Faithful() {
              @Override
              public void pwrite(Next next, ByteBuffer buffer, long offset, Flags flags)
                  throws IOException {
                for (int i = buffer.position(); i < buffer.limit(); i++) {
                  buffer.put(i, (byte) (buffer.get(i) ^ 0));
                }
                next.pwrite(buffer, offset, flags);
              }
            })
        .breaks("W-12")
        .saying("the layer wrote to the buffer");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void backingArrayAskedFor_breaksX3(Role role) {
    role.judge(() ->
            new Faithful() {
              @Override
              public void pwrite(Next next, ByteBuffer buffer, long offset, Flags flags)
                  throws IOException {
                int count = buffer.remaining();
                ByteBuffer bytes =
                    count == 4096 && buffer.isDirect()
                        ? ByteBuffer.wrap(buffer.array(), buffer.arrayOffset(), count)
                        : buffer;
                next.pwrite(bytes, offset, flags);
              }
            })
        .breaks("X-3")
        .saying("UnsupportedOperationException");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void lastByteOfTheDiskNotWritable_breaksC5(Role role) {
    role.judge(() ->
            new Faithful() {
              @Override
              public void pwrite(Next next, ByteBuffer buffer, long offset, Flags flags)
                  throws IOException {
                if (offset + buffer.remaining() >= next.size()) {
                  throw new NbdException(NbdError.ENOSPC, "the disk is full");
                }
                next.pwrite(buffer, offset, flags);
              }
            })
        .breaks("C-5")
        .saying("write of 1 bytes at 1049087", "the disk is full");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void writeAcrossPages_throwsUnchecked_breaksX3(Role role) {
    role.judge(() ->
            new Faithful() {
              @Override
              public void pwrite(Next next, ByteBuffer buffer, long offset, Flags flags)
                  throws IOException {
                if (offset / 4096 != (offset + buffer.remaining() - 1) / 4096) {
                  throw new IllegalStateException("more than one page");
                }
                next.pwrite(buffer, offset, flags);
              }
            })
        .breaks("X-3")
        .saying("the layer threw java.lang.IllegalStateException: more than one page");
  }
}
