package nbdj.tck;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import nbdj.api.Flags;
import nbdj.api.Next;
import nbdj.api.ReadSink;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Plugins and filters that are right as long as one handle is used by one thread. */
class BrokenLayerSharingTests {
  @ParameterizedTest
  @EnumSource(Role.class)
  void writesKeptPerHandleUntilFlush_breakW2(Role role) {
    role.judge(() -> new HandleCache(true)).breaks("W-2").saying("on a later handle: the byte at");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void writesKeptPerHandleForEver_breakC6(Role role) {
    role.judge(() -> new HandleCache(false)).breaks("C-6", "W-2").saying("on a second handle");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void pagesRewrittenWithoutALock_breakT5(Role role) {
    role.judge(() ->
            new Faithful() {
              private final Meeting meeting = new Meeting();

              @Override
              public void pwrite(Next next, ByteBuffer buffer, long offset, Flags flags)
                  throws IOException {
                if (!meeting.concerns(Thread.currentThread())) {
                  next.pwrite(buffer, offset, flags);
                  return;
                }
                long page = offset / 4096 * 4096;
                ByteBuffer bytes = Damage.bytes(next, page, 8192);
                meeting.meet();
                bytes.position((int) (offset - page)).put(buffer).clear();
                next.pwrite(bytes, page, flags);
              }
            })
        .breaks("T-5")
        .saying("written by 4 threads at once: the byte at");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void writesSeenByTheirThreadOnly_breakT6(Role role) {
    role.judge(() ->
            new Faithful() {
              private final Map<Thread, ByteBuffer> last = new ConcurrentHashMap<>();

              @Override
              public void pwrite(Next next, ByteBuffer buffer, long offset, Flags flags)
                  throws IOException {
                if (buffer.remaining() == 5000 && offset == 0 && flags == Flags.NONE) {
                  ByteBuffer bytes = ByteBuffer.allocate(5000).put(buffer).flip();
                  last.put(Thread.currentThread(), bytes);
                } else {
                  last.clear();
                  next.pwrite(buffer, offset, flags);
                }
              }

              @Override
              public void zero(Next next, long offset, long count, Flags flags) throws IOException {
                last.clear();
                next.zero(offset, count, flags);
              }

              @Override
              public void read(Next next, long offset, long count, ReadSink sink)
                  throws IOException {
                ByteBuffer own = last.get(Thread.currentThread());
                if (own != null && offset == 0 && count == 5000) {
                  sink.bytes(own.duplicate());
                } else {
                  next.read(offset, count, sink);
                }
              }
            })
        .breaks("T-6")
        .saying("on another thread: the byte at 0");
  }

  /** Writes of 1000 or 8192 bytes at the start that only their own handle sees. */
  private static final class HandleCache extends Faithful {
    private final boolean flushed;
    private @Nullable ByteBuffer cached;

    HandleCache(boolean flushed) {
      this.flushed = flushed;
    }

    @Override
    public synchronized void pwrite(Next next, ByteBuffer buffer, long offset, Flags flags)
        throws IOException {
      int count = buffer.remaining();
      boolean watched = !Thread.currentThread().getName().startsWith("tck-");
      if (watched && offset == 0 && (count == 1000 || count == 8192) && flags == Flags.NONE) {
        cached = ByteBuffer.allocate(count).put(buffer).flip();
      } else {
        next.pwrite(buffer, offset, flags);
      }
    }

    @Override
    public synchronized void read(Next next, long offset, long count, ReadSink sink)
        throws IOException {
      if (cached != null && offset == 0 && cached.remaining() == count) {
        sink.bytes(cached.duplicate());
      } else {
        next.read(offset, count, sink);
      }
    }

    @Override
    public synchronized void flush(Next next) throws IOException {
      if (cached != null && flushed) {
        next.pwrite(cached.duplicate(), 0, Flags.NONE);
      }
      next.flush();
    }
  }
}
