package nbdj.tck;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import nbdj.api.Next;
import nbdj.api.ReadSink;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Plugins and filters whose reads are wrong. */
class BrokenLayerReadsTests {
  @ParameterizedTest
  @EnumSource(Role.class)
  void answerOneByteShort_breaksR2(Role role) {
    role.judge(() ->
            new Faithful() {
              @Override
              public void read(Next next, long offset, long count, ReadSink sink)
                  throws IOException {
                next.read(offset, Math.max(1, count - 1), sink);
              }
            })
        .breaks("R-2")
        .saying("answered 1 bytes of 2");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void answerOneByteLong_breaksR2(Role role) {
    role.judge(() ->
            new Faithful() {
              @Override
              public void read(Next next, long offset, long count, ReadSink sink)
                  throws IOException {
                next.read(offset, count, sink);
                sink.zeroes(1);
              }
            })
        .breaks("R-2")
        .saying("answered 2 bytes of 1");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void nothingAnswered_breaksR2(Role role) {
    role.judge(() ->
            new Faithful() {
              @Override
              public void read(Next next, long offset, long count, ReadSink sink) {}
            })
        .breaks("R-2")
        .saying("answered 0 bytes of");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void lastByteOfTheDiskReadAsZero_breaksC5AndW2(Role role) {
    role.judge(() ->
            new Faithful() {
              @Override
              public void read(Next next, long offset, long count, ReadSink sink)
                  throws IOException {
                ByteBuffer bytes = Damage.bytes(next, offset, count);
                if (offset + count == next.size()) {
                  bytes.put((int) count - 1, (byte) 0);
                }
                sink.bytes(bytes);
              }
            })
        .breaks("C-5", "W-2")
        .saying("after a write at the end: the byte at 1049087 is 0x00");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void lastSectorUnreadable_breaksC5(Role role) {
    role.judge(() ->
            new Faithful() {
              @Override
              public void read(Next next, long offset, long count, ReadSink sink)
                  throws IOException {
                if (offset + count >= next.size()) {
                  throw new EOFException("the disk ends at " + next.size());
                }
                next.read(offset, count, sink);
              }
            })
        .breaks("C-5")
        .saying("was offered and failed: the disk ends at");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void longReadNotThoughtOf_breaksX3(Role role) {
    role.judge(() ->
            new Faithful() {
              @Override
              public void read(Next next, long offset, long count, ReadSink sink)
                  throws IOException {
                byte[] page = new byte[65_536];
                ByteBuffer bytes = Damage.bytes(next, offset, count);
                for (int i = 0; i < count; i++) {
                  page[i] = bytes.get(i);
                }
                sink.bytes(ByteBuffer.wrap(page, 0, (int) count));
              }
            })
        .breaks("X-3")
        .saying("ArrayIndexOutOfBoundsException", "65536");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void readThrowsAnError_breaksX3(Role role) {
    role.judge(() ->
            new Faithful() {
              @Override
              public void read(Next next, long offset, long count, ReadSink sink)
                  throws IOException {
                if (count == 511) {
                  throw new StackOverflowError();
                }
                next.read(offset, count, sink);
              }
            })
        .breaks("X-3")
        .saying("StackOverflowError");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void readOfOneByteChangesIt_breaksR3(Role role) {
    role.judge(() ->
            new Faithful() {
              @Override
              public void read(Next next, long offset, long count, ReadSink sink)
                  throws IOException {
                next.read(offset, count, sink);
                if (count == 1 && offset == Chapter.GROUND / 2) {
                  Damage.flip(next, offset);
                }
              }
            })
        .breaks("R-3")
        .saying("read again: the byte at 131072");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void cacheChangesAByte_breaksR3(Role role) {
    role.judge(() ->
            new Faithful() {
              @Override
              public void cache(Next next, long offset, long count) throws IOException {
                Damage.flip(next, offset + count - 1);
              }
            })
        .breaks("R-3")
        .saying("after cache: the byte at");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void memoryLentAndUsedAgain_breaksR5(Role role) {
    ThreadLocal<ByteBuffer> scratch = ThreadLocal.withInitial(() -> ByteBuffer.allocate(2 << 20));
    role.judge(() ->
            new Faithful() {
              @Override
              public void read(Next next, long offset, long count, ReadSink sink)
                  throws IOException {
                ByteBuffer bytes = scratch.get().slice(0, (int) count);
                next.pread(bytes, offset);
                sink.bytes(bytes.flip());
              }
            })
        .breaks("R-5")
        .saying("answer sent after another read: the byte at");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void memoryLentAndOverwritten_breaksR5(Role role) {
    role.judge(() ->
            new Faithful() {
              private ByteBuffer lent = ByteBuffer.allocate(0);

              @Override
              public void read(Next next, long offset, long count, ReadSink sink)
                  throws IOException {
                while (lent.hasRemaining()) {
                  lent.put((byte) -1);
                }
                lent = Damage.bytes(next, offset, count);
                sink.bytes(lent.duplicate());
              }
            })
        .breaks("R-5");
  }

  @ParameterizedTest
  @EnumSource(value = Role.class, names = "FILTER") // A plugin's pread would notice.
  void fileLentAndClosed_breaksR6(Role role) {
    role.judge(() ->
            new Faithful() {
              @Override
              public void read(Next next, long offset, long count, ReadSink sink)
                  throws IOException {
                if (count == Chapter.GROUND / 2) {
                  Damage.lendClosedFile(sink, count);
                } else {
                  next.read(offset, count, sink);
                }
              }
            })
        .breaks("R-6")
        .saying("an answer cannot be sent");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void scratchSharedByThreads_breaksT5(Role role) {
    role.judge(() ->
            new Faithful() {
              private final byte[] scratch = new byte[2 << 20];
              private final Meeting meeting = new Meeting();

              @Override
              public void read(Next next, long offset, long count, ReadSink sink)
                  throws IOException {
                Damage.bytes(next, offset, count).get(scratch, 0, (int) count);
                meeting.meet();
                sink.bytes(ByteBuffer.wrap(Arrays.copyOf(scratch, (int) count)));
              }
            })
        .breaks("T-5")
        .saying("read at once: the byte at");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void bytesOfAnotherThreadNotSeen_breaksT6(Role role) {
    role.judge(() ->
            new Faithful() {
              private final Thread opener = Thread.currentThread();

              @Override
              public void read(Next next, long offset, long count, ReadSink sink)
                  throws IOException {
                ByteBuffer bytes = Damage.bytes(next, offset, count);
                Thread reader = Thread.currentThread();
                if (reader != opener && !reader.getName().startsWith("tck-")) {
                  bytes.put(0, (byte) ~bytes.get(0));
                }
                sink.bytes(bytes);
              }
            })
        .breaks("T-6")
        .saying("on another thread: the byte at 0");
  }
}
