package nbdj.tck;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Function;
import nbdj.api.Flag;
import nbdj.api.Flags;
import nbdj.api.OpenRequest;
import nbdj.api.Plugin;
import nbdj.tck.Verdict.Subject;
import org.junit.jupiter.api.Test;

/** Plugins that lose at the next start what should be durable. */
class BrokenPluginDurabilityTests {
  @Test
  void everythingFlushed_breaksNothing() {
    judge(WriteBack::new).breaks();
  }

  @Test
  void flushDoesNothing_breaksW11() {
    judge(plugin ->
            new WriteBack(plugin) {
              @Override
              public synchronized void flush() {}
            })
        .breaks("W-11")
        .saying("after a new start: the byte at");
  }

  @Test
  void fuaDoesNothing_breaksW6() {
    judge(plugin ->
            new WriteBack(plugin) {
              @Override
              void force(Flags flags) {}
            })
        .breaks("W-6")
        .saying("after a new start: the byte at");
  }

  @Test
  void lastBytesNotFlushed_breakW6AndW11() {
    judge(plugin ->
            new WriteBack(plugin) {
              @Override
              void save(long offset, long count) {
                super.save(offset, count > 5000 ? count / 4096 * 4096 : count);
              }
            })
        .breaks("W-6", "W-11")
        .saying("the byte at 8192");
  }

  @Test
  void zeroesNotFlushed_breakW11() {
    judge(plugin ->
            new WriteBack(plugin) {
              @Override
              public synchronized void zero(long offset, long count, Flags flags)
                  throws IOException {
                if (flags.has(Flag.FUA)) {
                  super.zero(offset, count, flags);
                } else {
                  device.zero(offset, count, flags.has(Flag.MAY_TRIM));
                }
              }
            })
        .breaks("W-11");
  }

  @Test
  void zeroesWithFuaNotForced_breakW6() {
    judge(plugin ->
            new WriteBack(plugin) {
              @Override
              public synchronized void zero(long offset, long count, Flags flags)
                  throws IOException {
                super.zero(offset, count, flags.without(Flag.FUA));
              }
            })
        .breaks("W-6");
  }

  /** Judge a plugin that finds at each start what was saved before. */
  private static Verdict judge(Function<WriteBackPlugin, ReferenceHandle> handle) {
    ReferenceDevice saved = Verdict.device();
    return Verdict.ofPlugin(
        new Subject<Plugin>(() -> new WriteBackPlugin(saved, handle)).thatKeepsContent());
  }

  private static ReferenceDevice copy(ReferenceDevice device) {
    ReferenceDevice copy = new ReferenceDevice(device.size());
    ByteBuffer content = ByteBuffer.allocate((int) device.size());
    device.read(content, 0);
    copy.write(content.flip(), 0);
    return copy;
  }

  /** A plugin whose device is lost at the end but for what was saved. */
  private static final class WriteBackPlugin extends ReferencePlugin {
    private final ReferenceDevice saved;
    private final Function<WriteBackPlugin, ReferenceHandle> handle;

    WriteBackPlugin(ReferenceDevice saved, Function<WriteBackPlugin, ReferenceHandle> handle) {
      super(copy(saved));
      this.saved = saved;
      this.handle = handle;
    }

    @Override
    public ReferenceHandle open(OpenRequest request) {
      return handle.apply(this);
    }
  }

  /** A handle that saves what changed in flush, or at once with FUA. */
  private static class WriteBack extends ReferenceHandle {
    private final ReferenceDevice saved;
    private long from = Long.MAX_VALUE;
    private long to;

    WriteBack(WriteBackPlugin plugin) {
      super(plugin);
      saved = plugin.saved;
    }

    @Override
    public synchronized void pwrite(ByteBuffer buffer, long offset, Flags flags)
        throws IOException {
      changed(offset, buffer.remaining());
      super.pwrite(buffer, offset, flags);
      force(flags);
    }

    @Override
    public synchronized void zero(long offset, long count, Flags flags) throws IOException {
      changed(offset, count);
      super.zero(offset, count, flags);
      force(flags);
    }

    @Override
    public synchronized void trim(long offset, long count, Flags flags) throws IOException {
      changed(offset, count);
      super.trim(offset, count, flags);
      force(flags);
    }

    @Override
    public synchronized void flush() throws IOException {
      saveChanges();
    }

    void force(Flags flags) throws IOException {
      if (flags.has(Flag.FUA)) {
        saveChanges();
      }
    }

    private void saveChanges() {
      if (from < to) {
        save(from, to - from);
      }
      from = Long.MAX_VALUE;
      to = 0;
    }

    void save(long offset, long count) {
      ByteBuffer bytes = ByteBuffer.allocate((int) count);
      device.read(bytes, offset);
      saved.write(bytes.flip(), offset);
    }

    private void changed(long offset, long count) {
      from = Math.min(from, offset);
      to = Math.max(to, offset + count);
    }
  }
}
